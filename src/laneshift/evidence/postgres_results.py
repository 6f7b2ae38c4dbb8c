"""Remembered step results in a PostgreSQL database. A cache: it may be lost, it may never be wrong."""

from __future__ import annotations

import json
import logging

import sqlalchemy as sa

from laneshift.evidence.canonical import Json
from laneshift.evidence.database import Database
from laneshift.evidence.remembered import LIMIT, as_json, refuse_bad, seal_of
from laneshift.evidence.tables import RESULTS

_TURN = "results"
_log = logging.getLogger("laneshift.evidence")


class PostgresResults:
    """A bounded map from inputs digest to JSON value, shared by every clone of one repository."""

    def __init__(self, database: Database, limit_bytes: int = LIMIT) -> None:
        self.limit_bytes = limit_bytes
        self._database = database
        self._mine = RESULTS.c.repository == database.repository

    def get(self, inputs_digest: str) -> Json | None:
        """The remembered value, or None; an entry that is not what was put counts as none, until it is put again.

        Raises `Refused` (`evidence.bad-digest`) for text that is no digest, and as `Database.read` does.
        """
        refuse_bad(inputs_digest)
        wanted = sa.select(RESULTS.c.value, RESULTS.c.seal).where(self._mine, RESULTS.c.inputs == inputs_digest)
        row = self._database.read(lambda connection: connection.execute(wanted).first())
        if row is not None and row[1] != seal_of(inputs_digest, row[0]):
            _log.warning("remembered result %s is damaged and passed over", inputs_digest)
            return None
        return None if row is None else json.loads(row[0])

    def put(self, inputs_digest: str, value: Json) -> None:
        """Remember `value`; the oldest entries are dropped to stay within the limit. The last value put wins.

        A value above the limit is not kept. Raises `Refused` for text that is no digest, or a value that is not JSON,
        and as `Database.write` does.
        """
        refuse_bad(inputs_digest)
        text = as_json(value)
        if len(text) <= self.limit_bytes:
            self._database.write(lambda connection: self._store(connection, inputs_digest, text), _TURN)

    def newest(self, limit: int, before: int | None = None) -> list[tuple[int, Json]]:
        """Up to `limit` values, the last put first, from behind the position `before` on; each with its position.

        An entry that is not what was put is passed over. Raises as `Database.read` does.
        """
        wanted = sa.select(RESULTS.c.start, RESULTS.c.inputs, RESULTS.c.value, RESULTS.c.seal).where(self._mine)
        if before is not None:
            wanted = wanted.where(RESULTS.c.start < before)
        ordered = wanted.order_by(RESULTS.c.start.desc()).limit(limit)
        rows = self._database.read(lambda connection: connection.execute(ordered).all())
        return [(int(row[0]), json.loads(row[2])) for row in rows if row[3] == seal_of(row[1], row[2])]

    def close(self) -> None:
        """Let go of the database in this process."""
        self._database.close()

    def _store(self, connection: sa.Connection, inputs_digest: str, text: str) -> None:
        # Rows lie end to end on one line of bytes, so their starts alone say which are within the limit.
        newest = sa.select(RESULTS.c.start + RESULTS.c.size).where(self._mine).order_by(RESULTS.c.start.desc())
        start = int(connection.execute(newest.limit(1)).scalar() or 0)
        connection.execute(sa.delete(RESULTS).where(self._mine, RESULTS.c.inputs == inputs_digest))
        row = {"start": start, "size": len(text), "value": text, "seal": seal_of(inputs_digest, text)}
        new = sa.insert(RESULTS).values(repository=self._database.repository, inputs=inputs_digest, **row)
        connection.execute(new)
        connection.execute(sa.delete(RESULTS).where(self._mine, RESULTS.c.start < start + len(text) - self.limit_bytes))
