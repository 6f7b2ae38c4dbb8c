"""The journal's rows in SQLite: how records are stored and read. Every function takes an open connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from laneshift.errors import Refused
from laneshift.evidence import columns
from laneshift.evidence.canonical import Json, is_digest
from laneshift.evidence.checkpoint import Checkpoint
from laneshift.evidence.ladder import Ladder, climb
from laneshift.evidence.records import Finding, Record, unreadable
from laneshift.evidence.sqlite import connect, writing

_APPLICATION = 0x6C736A31
_LADDER = Ladder("journal", "the journal")
_SELECT = "SELECT schema, seq, key, kind, at, actor, tool, facts, previous, previous_key, digest FROM records"
_INSERT = (
    "INSERT INTO records (schema, seq, key, kind, at, actor, tool, facts, previous, previous_key, digest)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_TABLES = (
    """CREATE TABLE records (
        seq INTEGER PRIMARY KEY, schema INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
        at INTEGER NOT NULL, actor TEXT NOT NULL, tool TEXT NOT NULL, facts TEXT NOT NULL,
        previous TEXT NOT NULL UNIQUE, previous_key TEXT NOT NULL, digest TEXT NOT NULL)""",
    "CREATE INDEX records_by_kind ON records (kind, seq)",
    "CREATE TABLE state (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    """CREATE TRIGGER records_stay BEFORE DELETE ON records
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER records_do_not_change BEFORE UPDATE ON records
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
)
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def create(connection: sqlite3.Connection, origin: str) -> None:
    """Make the tables of an empty journal whose chain starts from the digest `origin`."""
    with writing(connection):
        for statement in _TABLES:
            connection.execute(statement)
        connection.execute("INSERT INTO state VALUES ('origin', ?), ('durable', 0)", (origin,))
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_LADDER.newest}")


def refuse_unknown_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `Refused` unless this is a journal of a schema that this version knows, and bring it up to date."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION:
        raise Refused(
            "evidence.not-a-journal", "this database is no journal", where=str(path), cure="give another path"
        )
    if schema > _LADDER.newest:
        raise Refused(
            "evidence.journal-newer",
            f"a newer laneshift wrote this journal: schema {schema}, this one reads up to {_LADDER.newest}",
            where=str(path),
            cure="use that version of laneshift, or a later one",
        )
    climb(connection, _LADDER, str(path))


def by_key(connection: sqlite3.Connection, key: str) -> Record | None:
    """The record with this key. Raises `CheckFailed` when its row cannot be read as a record."""
    return _one(connection, f"{_SELECT} WHERE key = ?", (key,))


def last(connection: sqlite3.Connection) -> Record | None:
    """The record with the highest number. Raises as `by_key` does."""
    return _one(connection, f"{_SELECT} ORDER BY seq DESC LIMIT 1", ())


def end(connection: sqlite3.Connection) -> tuple[int, str, str]:
    """Number, digest and key of the last record, without reading its facts; 0, the origin and no key when empty."""
    row = connection.execute("SELECT seq, digest, key FROM records ORDER BY seq DESC LIMIT 1").fetchone()
    seq, digest, key = row or (0, origin(connection), "")
    if not is_digest(digest) or not isinstance(key, str):
        last(connection)
        raise sqlite3.DatabaseError("the journal's last record cannot be read")
    return seq, digest, key


def select(
    connection: sqlite3.Connection,
    *,
    kind: str | None = None,
    prefix: str | None = None,
    after: int = 0,
    limit: int | None = None,
) -> tuple[list[Record], list[Finding]]:
    """The records that match, in order, and a finding for every row among them that is none.

    With `limit`, the first so many of them.
    """
    terms: list[tuple[str, Json]] = []
    if after:
        terms.append(("seq > ?", after))
    if kind is not None:
        terms.append(("kind = ?", kind))
    if prefix:
        # No key holds U+10FFFF (it is not printable), so this bound is above every key with the prefix.
        terms += [("key >= ?", prefix), ("key < ?", f"{prefix}\U0010ffff")]
    where = " AND ".join(term for term, _ in terms) or "true"
    # A negative limit is none, to SQLite.
    values = [*(value for _, value in terms), -1 if limit is None else limit]
    return columns.sorted_out(connection.execute(f"{_SELECT} WHERE {where} ORDER BY seq LIMIT ?", values).fetchall())


def insert(connection: sqlite3.Connection, record: Record) -> None:
    """Add one record."""
    connection.execute(_INSERT, columns.values(record))


def origin(connection: sqlite3.Connection) -> str:
    """The digest that the chain starts from."""
    return str(_state(connection, "origin"))


def durable_size(connection: sqlite3.Connection) -> int:
    """The number of the last record that is known to be on the disk."""
    return int(_state(connection, "durable"))


def set_durable_size(connection: sqlite3.Connection, seq: int) -> None:
    """Note that everything up to `seq` is on the disk once this transaction is."""
    connection.execute("UPDATE state SET value = max(value, ?) WHERE name = 'durable'", (seq,))


def checkpoint(connection: sqlite3.Connection) -> Checkpoint:
    """Size and end of the journal, in one read transaction of the caller's."""
    start = origin(connection)
    tip = last(connection)
    return Checkpoint(start, tip.seq, tip.digest, tip.key) if tip else Checkpoint(start, 0, start, "")


@contextmanager
def full_sync(connection: sqlite3.Connection, durable: bool) -> Iterator[None]:
    """With `durable`, a commit inside reaches the disk before it returns."""
    if not durable:
        yield
        return
    connection.execute("PRAGMA synchronous = FULL")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous = NORMAL")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file itself is broken, or lacks what a journal has."""
    if isinstance(error, sqlite3.IntegrityError) or str(error).startswith("no such"):
        return True
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return type(error) is sqlite3.DatabaseError if code is None else code & 0xFF in _DAMAGE


def readable_until(path: Path) -> int:
    """The number of the last record before the damage; 0 when not even the first can be read."""
    readable = 0
    try:
        with closing(connect(path)) as connection:
            for (seq,) in connection.execute("SELECT seq FROM records ORDER BY seq"):
                if isinstance(columns.read(connection.execute(f"{_SELECT} WHERE seq = ?", (seq,)).fetchone()), Finding):
                    break
                readable = seq
    except sqlite3.Error:
        return readable  # this error is the end that is looked for
    return readable


def _one(connection: sqlite3.Connection, statement: str, values: tuple[str, ...]) -> Record | None:
    row = connection.execute(statement, values).fetchone()
    if row is None:
        return None
    found = columns.read(row)
    if isinstance(found, Record):
        return found
    (path,) = connection.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()
    raise unreadable([found], str(path))


def _state(connection: sqlite3.Connection, name: str) -> Json:
    row = connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"the journal's {name} is missing")
    return row[0]
