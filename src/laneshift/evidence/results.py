"""Remembered step results: the same step on the same inputs is a hit. A cache: it may be lost, it may never be wrong.

The caller's inputs digest has to cover everything that the result depends on, the tool's version included.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from pathlib import Path

from laneshift.evidence.canonical import Json
from laneshift.evidence.remembered import LIMIT, as_json, refuse_bad, seal_of
from laneshift.evidence.sqlite import (
    Connections,
    alone_in,
    connect,
    make_once,
    refuse_other_than_file,
    side_files,
    writing,
)

_APPLICATION = 0x6C737231
_SCHEMA = 1
_LAST = 2**63 - 1
_log = logging.getLogger("laneshift.evidence")


class Results:
    """A bounded map from inputs digest to JSON value, shared by threads and processes.

    `rebuilt` says why the file was made anew by this process; empty when it was not.
    """

    def __init__(self, path: Path, limit_bytes: int) -> None:
        self.path = path
        self.limit_bytes = limit_bytes
        self.rebuilt = ""
        self._connections = Connections(path)

    @classmethod
    def open(cls, path: Path, *, limit_bytes: int = LIMIT) -> Results:
        """The cache at `path`, made when there is none; a damaged one, or one of another schema, is made anew.

        Raises `Refused` (`evidence.not-a-file`) for a symlink, `CheckFailed` (`evidence.not-writable`) when it
        cannot be made.
        """
        results = cls(path, limit_bytes)
        make_once(path, _create)
        trouble = _trouble(path, deep=False)
        if trouble:
            results._rebuild(trouble)
        return results

    def get(self, inputs_digest: str) -> Json | None:
        """The remembered value, or None. An entry that is not what was put is forgotten.

        Raises `Refused` (`evidence.bad-digest`) for text that is no digest.
        """
        refuse_bad(inputs_digest)
        try:
            with self._connections.use() as connection:
                statement = "SELECT value, seal FROM results WHERE inputs = ?"
                row = connection.execute(statement, (inputs_digest,)).fetchone()
                if row is None or row[1] == seal_of(inputs_digest, row[0]):
                    return None if row is None else json.loads(row[0])
                _log.warning("remembered result %s is damaged and forgotten", inputs_digest)
                with writing(connection):
                    connection.execute("DELETE FROM results WHERE inputs = ?", (inputs_digest,))
        except sqlite3.DatabaseError as error:
            self._lost(error)
        return None

    def put(self, inputs_digest: str, value: Json) -> None:
        """Remember `value`; the oldest entries are dropped to stay within the limit. The last value put wins.

        A value above the limit is not kept. Raises `Refused` for text that is no digest, or a value that is not JSON.
        """
        refuse_bad(inputs_digest)
        text = as_json(value)
        size = len(text.encode())
        if size > self.limit_bytes:
            return
        try:
            with self._connections.use() as connection, writing(connection):
                self._store(connection, inputs_digest, text, size)
        except sqlite3.DatabaseError as error:
            self._lost(error)

    def newest(self, limit: int, before: int | None = None) -> list[tuple[int, Json]]:
        """Up to `limit` values, the last put first, from behind the position `before` on; each with its position.

        An entry that is not what was put is passed over.
        """
        statement = "SELECT start, inputs, value, seal FROM results WHERE start < ? ORDER BY start DESC LIMIT ?"
        try:
            with self._connections.use() as connection:
                rows = connection.execute(statement, (_LAST if before is None else before, limit)).fetchall()
        except sqlite3.DatabaseError as error:
            self._lost(error)
            return []
        return [(row[0], json.loads(row[2])) for row in rows if row[3] == seal_of(row[1], row[2])]

    def close(self) -> None:
        """Let go of the file in this process."""
        self._connections.close()

    def _store(self, connection: sqlite3.Connection, inputs_digest: str, text: str, size: int) -> None:
        # Rows lie end to end on one line of bytes, so their starts alone say which are within the limit.
        row = connection.execute("SELECT start + size FROM results ORDER BY start DESC LIMIT 1").fetchone()
        start = row[0] if row else 0
        connection.execute("DELETE FROM results WHERE inputs = ?", (inputs_digest,))
        connection.execute(
            "INSERT INTO results (start, size, inputs, value, seal) VALUES (?, ?, ?, ?, ?)",
            (start, size, inputs_digest, text, seal_of(inputs_digest, text)),
        )
        connection.execute("DELETE FROM results WHERE start < ?", (start + size - self.limit_bytes,))

    def _lost(self, error: sqlite3.DatabaseError) -> None:
        """A cache that cannot be used now is a miss; a damaged one is made anew."""
        trouble = _trouble(self.path, deep=True)
        if trouble:
            self._rebuild(trouble)
        else:
            _log.warning("results cache %s could not be used: %s", self.path, error)

    def _rebuild(self, why: str) -> None:
        self._connections.close()
        with alone_in(self.path.parent):
            # Another process may have made it anew while this one waited.
            if _trouble(self.path, deep=True):
                for path in (self.path, *side_files(self.path)):
                    path.unlink(missing_ok=True)
        make_once(self.path, _create)
        self.rebuilt = why
        _log.warning("results cache %s was made anew: %s", self.path, why)


def _create(connection: sqlite3.Connection) -> None:
    with writing(connection):
        connection.execute(
            "CREATE TABLE results (start INTEGER PRIMARY KEY, size INTEGER NOT NULL, inputs TEXT NOT NULL UNIQUE,"
            " value TEXT NOT NULL, seal TEXT NOT NULL)"
        )
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {_SCHEMA}")


def _trouble(path: Path, *, deep: bool) -> str:
    """Why this file cannot be the cache; empty when it can, or when it is only busy. `deep` reads all of it."""
    refuse_other_than_file(path)
    if not path.exists():
        return "it is gone"
    try:
        connection = connect(path)
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (schema,) = connection.execute("PRAGMA user_version").fetchone()
            if (application, schema) != (_APPLICATION, _SCHEMA):
                return "it is no results cache of this version"
            if not deep:
                return ""
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            return "" if verdict == "ok" else str(verdict)
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        return str(error) if str(error).startswith("no such") else ""
    except sqlite3.DatabaseError as error:
        return str(error)
