"""Claims in a SQLite file of the state folder, for the processes of one machine, whose clock counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from laneshift.agents.claims.tables import META, TOKENS
from laneshift.errors import CheckFailed
from laneshift.evidence.ladder import climb
from laneshift.evidence.laddered import ladder_of, statements
from laneshift.evidence.sqlite import connect, make_once
from laneshift.repo.doors import effect

Value = TypeVar("Value")

_WAIT_SECONDS = 60
_WRITES = "laneshift_writes"


class InFile:
    """Fulfils `Place`. What a process has claimed outlives it; of the loss of power it survives all but the last."""

    repository = "own"

    def __init__(self, path: Path, clock: Callable[[], int], last: Callable[[], int]) -> None:
        """The file is made where there is none; tokens go on after `last`, which is asked only then.

        Raises `Refused` (`evidence.not-a-file`, `store.newer`), `CheckFailed` (`evidence.not-writable`,
        `claims.unreadable`).
        """
        make_once(path, partial(_fill, last=last))
        given = {"timeout": _WAIT_SECONDS, "check_same_thread": False, "isolation_level": None}
        self._engine = sa.create_engine(f"sqlite:///{path.absolute()}", connect_args=given)
        sa.event.listen(self._engine, "connect", _quick)
        sa.event.listen(self._engine, "begin", _begin)
        self._where, self._clock = str(path), clock
        try:
            with closing(connect(path)) as connection:
                climb(connection, ladder_of(META), str(path))
        except sqlite3.Error as error:
            raise _unreadable(str(path), error) from error

    def read(self, work: Callable[[sa.Connection], Value]) -> Value:
        """As `Place` says. Raises `CheckFailed` (`claims.unreadable`)."""
        return self._done(self._engine, work)

    def write(self, work: Callable[[sa.Connection], Value]) -> Value:
        """As `Place` says. Raises as `read` does."""
        with effect():
            return self._done(self._engine.execution_options(**{_WRITES: True}), work)

    def now(self, connection: sa.Connection) -> int:  # noqa: ARG002 - the file has no clock of its own
        """As `Place` says."""
        return self._clock()

    def _done(self, engine: sa.Engine, work: Callable[[sa.Connection], Value]) -> Value:
        try:
            with engine.begin() as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise _unreadable(self._where, error) from error


def _unreadable(where: str, error: Exception) -> CheckFailed:
    return CheckFailed(
        "claims.unreadable",
        "claims can be neither read nor written now",
        where=where,
        why=str(error).splitlines()[0],
        cure="see that the disk has room; a damaged file may be moved away, the journal has what was held",
    )


def _fill(connection: sqlite3.Connection, last: Callable[[], int]) -> None:
    for statement in statements(META):
        connection.execute(statement)
    connection.execute(f"INSERT INTO {TOKENS.name} VALUES (?, ?)", (InFile.repository, last()))  # noqa: S608
    connection.execute(f"PRAGMA user_version = {ladder_of(META).newest}")


def _quick(connection: sqlite3.Connection, _: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: sa.Connection) -> None:
    # A writer waits for its turn before it reads: one that became a writer later would be refused its turn.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
