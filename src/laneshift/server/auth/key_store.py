"""Access keys in a SQLite file beside the journal: who a key is, what for, until when. Only hashes of secrets are kept.

The command line and every server on this machine use the same file, so a key that one of them revokes is refused by the
others from their next request on. With records in a database they are there: `shared_keys`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.ladder import Ladder, climb
from laneshift.evidence.sqlite import Connections, make_once, refuse_other_than_file, writing
from laneshift.server.auth.principal import Kind
from laneshift.server.kept import Kept

_APPLICATION = 0x6C736B31
_LADDER = Ladder("keys", "access keys")
_TABLE = """CREATE TABLE keys (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL, scopes TEXT NOT NULL,
    owner TEXT NOT NULL, hash TEXT NOT NULL, made INTEGER NOT NULL, made_by TEXT NOT NULL,
    expires INTEGER NOT NULL, note TEXT NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,
    revoked_by TEXT NOT NULL DEFAULT '') WITHOUT ROWID"""
_COLUMNS = "id, kind, name, roles, scopes, owner, hash, made, made_by, expires, note, revoked, revoked_by"
_ONE = f"SELECT {_COLUMNS} FROM keys WHERE id = ?"  # noqa: S608 - constants
_REMEMBERED = 1024


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One access key. Times are unix seconds; `revoked` is 0 while it was not, `expires` 0 for never."""

    id: str
    kind: Kind
    name: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    owner: str
    hash: str = field(repr=False)
    made: int
    made_by: str
    expires: int
    note: str
    revoked: int = 0
    revoked_by: str = ""

    def live(self, now: int) -> bool:
        """Whether it counts at `now`."""
        return not self.revoked and (not self.expires or now < self.expires)


class Keys(Protocol):
    """The access keys of one repository. Safe to share among threads. Every method may raise `CheckFailed`."""

    near: bool
    """Whether a row is read in less time than it takes to wake a thread."""

    def add(self, key: StoredKey) -> None:
        """Keep a new key."""
        ...

    def get(self, key: str) -> StoredKey | None:
        """The key with this id, also a revoked one."""
        ...

    def all(self) -> list[StoredKey]:
        """Every key that there ever was, oldest first."""
        ...

    def any_live(self, now: int) -> bool:
        """Whether any key counts at `now`."""
        ...

    def revoke(self, key: str, by: str, now: int) -> StoredKey:
        """Have `key` count no more, from now on. Once revoked it stays as it was.

        Raises `Refused` (`access.no-key`) where there is none.
        """
        ...

    def close(self) -> None:
        """Let go of what is open."""
        ...


def no_key(key: str) -> Refused:
    """There is no key with this id."""
    return Refused("access.no-key", f"there is no access key {key!r}", cure="laneshift access keys list")


class KeyStore:
    """Fulfils `Keys` by a file."""

    near = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections = Connections(path)
        self._read: Kept[tuple[tuple[Any, ...], StoredKey]] = Kept(_REMEMBERED)

    @classmethod
    def open(cls, path: Path) -> KeyStore:
        """The keys at `path`, made when there are none.

        Raises `Refused` for another database (`access.not-keys`), one of a newer laneshift (`store.newer`) or a
        symlink (`evidence.not-a-file`), `CheckFailed` (`access.unreadable`) when it is damaged.
        """
        make_once(path, _create)
        refuse_other_than_file(path)
        store = cls(path)
        with store._use() as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            if application != _APPLICATION:
                raise Refused("access.not-keys", "this file has no access keys", where=str(path), cure="move it away")
            climb(connection, _LADDER, str(path))
        return store

    def add(self, key: StoredKey) -> None:
        """As the port says."""
        values = (
            *(key.id, key.kind, key.name, json.dumps(key.roles), json.dumps(key.scopes), key.owner, key.hash),
            *(key.made, key.made_by, key.expires, key.note, key.revoked, key.revoked_by),
        )
        marks = ", ".join("?" for _ in values)
        with self._use() as connection, writing(connection):
            connection.execute(f"INSERT INTO keys ({_COLUMNS}) VALUES ({marks})", values)  # noqa: S608 - constants

    def get(self, key: str) -> StoredKey | None:
        """As the port says."""
        with self._use() as connection:
            row = connection.execute(_ONE, (key,)).fetchone()
        if row is None:
            return None
        # Read each time; taken apart again only when it says something else.
        known = self._read.get(key)
        if known is None or known[0] != row:
            known = (row, _stored(row))
            self._read.put(key, known)
        return known[1]

    def all(self) -> list[StoredKey]:
        """As the port says."""
        with self._use() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM keys ORDER BY made, id").fetchall()  # noqa: S608
        return [_stored(row) for row in rows]

    def any_live(self, now: int) -> bool:
        """As the port says."""
        with self._use() as connection:
            wanted = "SELECT EXISTS (SELECT 1 FROM keys WHERE revoked = 0 AND (expires = 0 OR expires > ?))"
            (found,) = connection.execute(wanted, (now,)).fetchone()
        return bool(found)

    def revoke(self, key: str, by: str, now: int) -> StoredKey:
        """As the port says."""
        with self._use() as connection, writing(connection):
            connection.execute(
                "UPDATE keys SET revoked = ?, revoked_by = ? WHERE id = ? AND revoked = 0", (now, by, key)
            )
        found = self.get(key)
        if found is None:
            raise no_key(key)
        return found

    def close(self) -> None:
        """Let go of the file in this process."""
        self._connections.close()

    @contextmanager
    def _use(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._connections.use() as connection:
                yield connection
        except sqlite3.Error as error:
            raise CheckFailed(
                "access.unreadable",
                "the access keys can be neither read nor written now",
                where=str(self.path),
                why=str(error),
                cure="see that the disk has room and the file is whole; nobody is let in before that",
            ) from error


def _create(connection: sqlite3.Connection) -> None:
    with writing(connection):
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_LADDER.newest}")


def _stored(row: tuple[Any, ...]) -> StoredKey:
    fields = dict(zip(_COLUMNS.split(", "), row, strict=True))
    listed = {name: tuple(json.loads(fields[name])) for name in ("roles", "scopes")}
    return StoredKey(**{**fields, **listed})
