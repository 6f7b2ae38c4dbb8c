"""Where vectors are kept: in a SQLite file, or in PostgreSQL with the records."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from laneshift.errors import CheckFailed
from laneshift.evidence.database import Database
from laneshift.evidence.laddered import file_with, tables_with
from laneshift.evidence.tables import SCHEMA, take_turn
from laneshift.matriz.memory.tables import META

_OWN = "own"
_WAIT_SECONDS = 60
_WRITES = "laneshift_writes"
_MAKING = "laneshift memory"


@dataclass(frozen=True)
class VectorRows:
    """One repository's rows. Each transaction happens within `limited`, which ends it when no answer comes."""

    engine: sa.Engine
    repository: str
    where: str
    limited: Callable[[], AbstractContextManager[None]] = nullcontext

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One transaction that writes nothing, and sees one state. Raises `CheckFailed` (`index.unreadable`)."""
        with self._told(), self.limited(), self._one_state.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it or nothing, whatever ends the process. Raises as above."""
        with self._told(), self.limited(), self.engine.execution_options(**{_WRITES: True}).begin() as connection:
            yield connection

    def alone(self, connection: sa.Connection) -> None:
        """Have whoever else in this repository comes here wait until this transaction of `writing` ends."""
        # SQLite lets one in at a time by itself.
        if self.engine.dialect.name != "sqlite":
            take_turn(connection, f"{_MAKING} {self.repository}")

    @property
    def _one_state(self) -> sa.Engine:
        # SQLite's transactions are so by themselves.
        if self.engine.dialect.name == "sqlite":
            return self.engine
        return self.engine.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise _unreadable(self.where, error) from error

    def close(self) -> None:
        """Let go of connections; a later use opens new ones."""
        self.engine.dispose()


def rows_in_file(path: Path) -> VectorRows:
    """Rows in the SQLite file at `path`, made when it is not there; nobody else on the machine may read it.

    Raises `Refused` (`evidence.not-a-file`, `store.newer`), `CheckFailed` (`evidence.not-writable`,
    `index.unreadable`).
    """
    try:
        file_with(path, META)
    except sqlite3.Error as error:
        raise _unreadable(str(path), error) from error
    given = {"timeout": _WAIT_SECONDS, "check_same_thread": False, "isolation_level": None}
    engine = sa.create_engine(f"sqlite:///{path.absolute()}", connect_args=given)
    sa.event.listen(engine, "begin", _begin)
    return VectorRows(engine, _OWN, str(path))


def rows_in_database(database: Database) -> VectorRows:
    """Rows beside the records of a repository. Raises `CheckFailed` where the database does not answer, `Refused`
    (`store.newer`)."""
    engine = database.engine.execution_options(schema_translate_map={None: SCHEMA})
    rows = VectorRows(engine, database.repository, database.where, database.limited)
    with rows.writing() as connection:
        tables_with(connection, META, database.where)
    return rows


def _begin(connection: sa.Connection) -> None:
    # A writer waits for its turn before it reads: one that became a writer later would be refused its turn.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _unreadable(where: str, error: Exception) -> CheckFailed:
    return CheckFailed(
        "index.unreadable",
        "vectors can be neither read nor written now",
        where=where,
        why=str(error).splitlines()[0],
        cure="see that the database answers and its disk has room",
    )
