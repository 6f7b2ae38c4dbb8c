"""Claims in PostgreSQL beside the records, for clones on any number of machines; the clock of the server counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from laneshift.agents.claims.tables import META
from laneshift.evidence.database import Database
from laneshift.evidence.laddered import tables_with
from laneshift.evidence.tables import SCHEMA

Value = TypeVar("Value")

_TURN = "claims"


class InDatabase:
    """Fulfils `Place`."""

    def __init__(self, database: Database) -> None:
        """Makes the tables where they are missing. Raises `Refused` (`store.newer`), and as `Database.write` does."""
        self._database = database
        self.repository = database.repository
        database.write(lambda connection: tables_with(connection, META, database.where), _TURN)

    def read(self, work: Callable[[sa.Connection], Value]) -> Value:
        """As `Place` says. Raises as `Database.read` does."""
        return self._database.read(lambda connection: work(_named(connection)))

    def write(self, work: Callable[[sa.Connection], Value]) -> Value:
        """As `Place` says. Raises as `Database.write` does."""
        return self._database.write(lambda connection: work(_named(connection)), _TURN, durable=True)

    def now(self, connection: sa.Connection) -> int:
        """As `Place` says: not when the transaction began, since it may have waited for its turn."""
        told = connection.execute(sa.text("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint"))
        return int(told.scalar_one())


def _named(connection: sa.Connection) -> sa.Connection:
    return connection.execution_options(schema_translate_map={None: SCHEMA})
