"""Where passkeys and sessions are kept: in PostgreSQL with the records, or in a SQLite file beside the access keys."""

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
from laneshift.evidence.tables import SCHEMA
from laneshift.server.auth.passkeys.tables import META

_OWN = "own"
_WAIT_SECONDS = 60


@dataclass(frozen=True)
class AccessRows:
    """One repository's rows. Each transaction happens within `limited`, which ends it when no answer comes."""

    engine: sa.Engine
    repository: str
    where: str
    limited: Callable[[], AbstractContextManager[None]] = nullcontext

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """All of it or nothing. Raises `CheckFailed` (`access.unreadable`)."""
        try:
            with self.limited(), self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _unreadable(self.where, error) from error

    def mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """The rows of this repository."""
        return table.c.repository == self.repository

    def close(self) -> None:
        """Let go of connections."""
        self.engine.dispose()


def rows_in_file(path: Path, meta: sa.MetaData = META, *, hasty: bool = False) -> AccessRows:
    """Rows of the tables of `meta` in the SQLite file at `path`, made when it is not there.

    Nobody else on the machine may read it. With `hasty` no transaction waits for the disk: it outlives its process, and
    the last ones may be lost with the power.
    Raises `Refused` (`evidence.not-a-file`) for a symlink and (`store.newer`) for a file of a newer laneshift,
    `CheckFailed` for a file that is no database.
    """
    try:
        file_with(path, meta)
    except sqlite3.Error as error:
        raise _unreadable(str(path), error) from error
    wait = {"timeout": _WAIT_SECONDS, "check_same_thread": False}
    rows = AccessRows(sa.create_engine(f"sqlite:///{path.absolute()}", connect_args=wait), _OWN, str(path))
    if hasty:
        sa.event.listen(rows.engine, "connect", _in_haste)
    return rows


def _in_haste(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def rows_in_database(database: Database, meta: sa.MetaData = META) -> AccessRows:
    """Rows beside the records of a repository. Raises `CheckFailed` where the database does not answer, `Refused`
    (`store.newer`)."""
    engine = database.engine.execution_options(schema_translate_map={None: SCHEMA})
    rows = AccessRows(engine, database.repository, database.where, database.limited)
    with rows.transaction() as connection:
        tables_with(connection, meta, database.where)
    return rows


def _unreadable(where: str, error: Exception) -> CheckFailed:
    return CheckFailed(
        "access.unreadable",
        "what is kept beside the records can be neither read nor written now",
        where=where,
        why=str(error).splitlines()[0],
        cure="see that the database answers and its disk has room; nobody is let in before that",
    )
