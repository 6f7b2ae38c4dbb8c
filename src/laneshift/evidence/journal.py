"""The journal: an append-only, hash-chained record of what happened, in one SQLite file per repository.

Threads and processes append at once; each append is one transaction, so a process killed at any instant leaves a whole
chain. An append without `durable` survives the death of the process; with it, also the loss of power.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import IO

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.evidence import chain, rows
from laneshift.evidence.canonical import Json
from laneshift.evidence.checkpoint import Checkpoint, written_out
from laneshift.evidence.entry import Entry, actor_or_user, entry
from laneshift.evidence.port import Heard, unheard
from laneshift.evidence.records import Finding, Record, unreadable
from laneshift.evidence.sqlite import Connections, make_once, refuse_other_than_file, side_files, writing


class Journal:
    """One journal, open in this process. Safe to share among threads; a forked child may go on using it."""

    def __init__(self, path: Path, actor: str) -> None:
        self.path = path
        self.actor = actor
        self._connections = Connections(path)
        self._heard: Heard = unheard

    @classmethod
    def open(cls, path: Path, *, actor: str = "", create: bool = True) -> Journal:
        """The journal at `path`, made when there is none and `create` is set. `actor`, by default the user, appends.

        Raises `Refused` for a journal of a newer schema (`evidence.journal-newer`), another database
        (`evidence.not-a-journal`), a symlink (`evidence.not-a-file`), none without `create` (`evidence.no-journal`);
        `CheckFailed` (`evidence.journal-corrupt`, `evidence.journal-gone`) when it is damaged. It is never made anew.
        """
        _refuse_gone(path)
        if create:
            make_once(path, lambda connection: rows.create(connection, f"sha256:{secrets.token_hex(32)}"))
        refuse_other_than_file(path)
        if not path.exists():
            raise Refused("evidence.no-journal", "there is no journal here", where=str(path), cure="run a batch first")
        journal = cls(path, actor_or_user(actor))
        with journal._reading() as connection:
            rows.refuse_unknown_schema(connection, path)
        return journal

    def append(
        self,
        key: str,
        kind: str,
        facts: Mapping[str, Json],
        *,
        at: int | None = None,
        durable: bool = False,
        actor: str = "",
    ) -> Record:
        """As the port says."""
        began, asked = perf_counter(), entry(key, kind, facts, at, actor or self.actor)
        with self._reading() as connection:
            known = rows.by_key(connection, key)
            if known is not None and (not durable or rows.durable_size(connection) >= known.seq):
                return known
            with rows.full_sync(connection, durable), writing(connection):
                record = self._write(connection, asked, durable)
        if asked.became(record):
            self._heard(record, perf_counter() - began)
        return record

    def listen(self, heard: Heard) -> None:
        """As the port says."""
        self._heard = heard

    def records(
        self, *, kind: str | None = None, prefix: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Record]:
        """The records with a number above `after`, in order; of one kind, and with keys that start with `prefix`.

        With `limit`, the first of them alone. Raises `CheckFailed`
        (`evidence.journal-unreadable`, `evidence.journal-corrupt`) naming what cannot be read.
        """
        with self._reading() as connection:
            found, findings = rows.select(connection, kind=kind, prefix=prefix, after=after, limit=limit)
        if findings:
            raise unreadable(findings, str(self.path))
        return found

    def get(self, key: str) -> Record | None:
        """The record with this key, if it happened. Raises as `records` does."""
        with self._reading() as connection:
            return rows.by_key(connection, key)

    def tip(self) -> Record | None:
        """The last record; None in an empty journal. Raises as `records` does."""
        with self._reading() as connection:
            return rows.last(connection)

    def checkpoint(self) -> Checkpoint:
        """How long the journal is and how it ends, to be kept elsewhere. Raises as `records` does."""
        with self._reading() as connection:
            return rows.checkpoint(connection)

    def check(self, checkpoint: Checkpoint | None = None) -> list[Finding]:
        """What was done to the stored records: the findings of `chain.check`, unreadable rows included.

        Raises `CheckFailed` (`evidence.journal-corrupt`) when the file itself cannot be read to its end.
        """
        with self._reading() as connection:
            found, findings = rows.select(connection)
        return chain.check(found, checkpoint, unreadable=findings)

    def export(self, file: IO[bytes]) -> Checkpoint:
        """Write every record as a line of canonical JSON, and return the checkpoint of exactly what was written."""
        with self._reading() as connection:
            origin = rows.origin(connection)
        return written_out(self.records(), origin, file)

    def close(self) -> None:
        """Let go of the file in this process."""
        self._connections.close()

    def _write(self, connection: sqlite3.Connection, asked: Entry, durable: bool) -> Record:
        record = rows.by_key(connection, asked.key)
        if record is None:
            record = asked.sealed(rows.end(connection))
            rows.insert(connection, record)
        if durable:
            rows.set_durable_size(connection, record.seq)
        return record

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._connections.use() as connection:
                yield connection
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> LaneshiftError:
        """What a failure of SQLite means to a person."""
        if not rows.is_damage(error):
            return CheckFailed(
                "evidence.journal-unavailable",
                "the journal can be neither read nor written now; nothing was recorded",
                where=str(self.path),
                why=str(error),
                cure="see that the disk has room, the folder can be written and no other program locks the file",
            )
        readable = rows.readable_until(self.path)
        return CheckFailed(
            "evidence.journal-corrupt",
            f"the journal is damaged: record {readable + 1} cannot be read",
            where=str(self.path),
            why=str(error),
            cure=f"keep the file and its -wal, and put a backup in their place; records up to {readable} can be read",
        )


def _refuse_gone(path: Path) -> None:
    # Order matters: a journal always exists before its log does, so a log seen first without one means it was taken.
    if side_files(path)[0].exists() and not path.exists():
        raise CheckFailed(
            "evidence.journal-gone",
            "the journal was here and is gone: its write-ahead log is left",
            where=str(path),
            cure="put the file back from a backup; move the -wal file away only if it is lost for good",
        )
    if path.is_file() and path.stat().st_size == 0:
        # Not even opened: SQLite would delete the write-ahead log of an empty file, and that log may hold records.
        raise CheckFailed(
            "evidence.journal-corrupt",
            "the journal is empty: record 1 cannot be read, and a new journal is never empty",
            where=str(path),
            cure="put the file back from a backup; it is not made anew by itself",
        )
