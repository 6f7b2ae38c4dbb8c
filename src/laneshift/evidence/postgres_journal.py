"""The journal in a PostgreSQL database: the same records and the same chain, written by processes on many machines."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import IO

import sqlalchemy as sa

from laneshift.evidence import chain, columns
from laneshift.evidence.canonical import Json
from laneshift.evidence.checkpoint import Checkpoint, written_out
from laneshift.evidence.database import Database
from laneshift.evidence.entry import actor_or_user, entry
from laneshift.evidence.port import Heard, unheard
from laneshift.evidence.records import Finding, Record, unreadable
from laneshift.evidence.tables import JOURNAL, REPOSITORIES

_TURN = "journal"
_COLUMNS = [JOURNAL.c[name] for name in columns.NAMES]


class PostgresJournal:
    """The journal of one repository. Threads, processes and machines append at once, one after another."""

    def __init__(self, database: Database, actor: str = "") -> None:
        """`actor`, by default the user, appends. Raises `Refused` when it cannot."""
        self.actor = actor_or_user(actor)
        self._database = database
        self._heard: Heard = unheard
        self._mine = JOURNAL.c.repository == database.repository

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

        def write(connection: sa.Connection) -> Record:
            record = self._one(connection, JOURNAL.c.key == key)
            if record is None:
                record = asked.sealed(self._end(connection))
                stored = dict(zip(columns.NAMES, columns.values(record), strict=True))
                connection.execute(sa.insert(JOURNAL).values(repository=self._database.repository, **stored))
            return record

        record = self.get(key) or self._database.write(write, _TURN, durable=durable)
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

        With `limit`, the first of them alone. Raises `CheckFailed` (`evidence.journal-unreadable`) naming
        what cannot be read, and as `Database.read` does.
        """
        found, findings = self._database.read(lambda connection: self._select(connection, kind, prefix, after, limit))
        if findings:
            raise unreadable(findings, self._database.where)
        return found

    def get(self, key: str) -> Record | None:
        """The record with this key, if it happened. Raises as `records` does."""
        return self._database.read(lambda connection: self._one(connection, JOURNAL.c.key == key))

    def tip(self) -> Record | None:
        """The last record; None in an empty journal. Raises as `records` does."""
        return self._database.read(lambda connection: self._one(connection, sa.true()))

    def checkpoint(self) -> Checkpoint:
        """How long the journal is and how it ends, to be kept elsewhere. Raises as `records` does."""
        seq, digest, key = self._database.read(self._end)
        return Checkpoint(self._database.read(self._origin), seq, digest, key)

    def check(self, checkpoint: Checkpoint | None = None) -> list[Finding]:
        """What was done to the stored records: the findings of `chain.check`, unreadable rows included."""
        found, findings = self._database.read(lambda connection: self._select(connection, None, None, 0))
        return chain.check(found, checkpoint, unreadable=findings)

    def export(self, file: IO[bytes]) -> Checkpoint:
        """Write every record as a line of canonical JSON, and return the checkpoint of exactly what was written."""
        return written_out(self.records(), self._database.read(self._origin), file)

    def close(self) -> None:
        """Let go of the database in this process."""
        self._database.close()

    def _select(
        self, connection: sa.Connection, kind: str | None, prefix: str | None, after: int, limit: int | None = None
    ) -> tuple[list[Record], list[Finding]]:
        wanted = sa.select(*_COLUMNS).where(self._mine, JOURNAL.c.seq > after).order_by(JOURNAL.c.seq).limit(limit)
        if kind is not None:
            wanted = wanted.where(JOURNAL.c.kind == kind)
        if prefix:
            # No key holds U+10FFFF (it is not printable), so this bound is above every key with the prefix.
            wanted = wanted.where(JOURNAL.c.key >= prefix, JOURNAL.c.key < f"{prefix}\U0010ffff")
        return columns.sorted_out([tuple(row) for row in connection.execute(wanted)])

    def _one(self, connection: sa.Connection, which: sa.ColumnElement[bool]) -> Record | None:
        wanted = sa.select(*_COLUMNS).where(self._mine, which).order_by(JOURNAL.c.seq.desc()).limit(1)
        found, findings = columns.sorted_out([tuple(row) for row in connection.execute(wanted)])
        if findings:
            raise unreadable(findings, self._database.where)
        return found[0] if found else None

    def _end(self, connection: sa.Connection) -> tuple[int, str, str]:
        """Number, digest and key of the last record; 0, the origin and no key when there is none."""
        wanted = sa.select(JOURNAL.c.seq, JOURNAL.c.digest, JOURNAL.c.key).where(self._mine)
        row = connection.execute(wanted.order_by(JOURNAL.c.seq.desc()).limit(1)).first()
        return (int(row[0]), str(row[1]), str(row[2])) if row is not None else (0, self._origin(connection), "")

    def _origin(self, connection: sa.Connection) -> str:
        wanted = sa.select(REPOSITORIES.c.origin).where(REPOSITORIES.c.repository == self._database.repository)
        return str(connection.execute(wanted).scalar_one())
