"""Tables with a ladder: in files of SQLite, by their `user_version`, or beside the records in PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from laneshift.evidence.ladder import Ladder, climb
from laneshift.evidence.sqlite import connect, make_once, writing
from laneshift.evidence.tables import SCHEMA, take_turn

_INFO = "ladder"
_META = sa.MetaData(schema=SCHEMA)
_VERSIONS = sa.Table(
    "versions",
    _META,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)


def stored(ladder: Ladder) -> sa.MetaData:
    """Tables whose store has this ladder."""
    return sa.MetaData(info={_INFO: ladder})


def ladder_of(meta: sa.MetaData) -> Ladder:
    """The ladder of these tables."""
    found: Ladder = meta.info[_INFO]
    return found


def statements(meta: sa.MetaData) -> list[str]:
    """What makes the tables in SQLite, with their indexes."""
    dialect = sqlite.dialect()
    tables = [str(CreateTable(table).compile(dialect=dialect)) for table in meta.sorted_tables]
    indexes = [
        index for table in meta.sorted_tables for index in sorted(table.indexes, key=lambda each: str(each.name))
    ]
    return tables + [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]


def file_with(path: Path, meta: sa.MetaData) -> None:
    """Have the tables of `meta` in the SQLite file at `path`, as this laneshift knows them.

    Raises `Refused` (`evidence.not-a-file`, `store.newer`), `CheckFailed` (`evidence.not-writable`), `sqlite3.Error`.
    """
    make_once(path, lambda connection: _fill(connection, meta))
    with closing(connect(path)) as connection:
        _fill(connection, meta)
        climb(connection, ladder_of(meta), str(path))


def _fill(connection: sqlite3.Connection, meta: sa.MetaData) -> None:
    if _filled(connection):
        return
    with writing(connection):
        # Looked at again: another process may have done it meanwhile.
        if not _filled(connection):
            for statement in statements(meta):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {ladder_of(meta).newest}")


def _filled(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def tables_with(connection: sa.Connection, meta: sa.MetaData, where: str) -> None:
    """Have the tables of `meta` beside the records in PostgreSQL, as this laneshift knows them.

    `connection` is in a transaction. Whoever else does the same waits. Raises `Refused` (`store.newer`).
    """
    ladder = ladder_of(meta)
    take_turn(connection, f"laneshift version of {ladder.name}")
    if not _there(connection, _VERSIONS.name):
        take_turn(connection, "laneshift versions")
        _META.create_all(connection)
    told = sa.select(_VERSIONS.c.version).where(_VERSIONS.c.name == ladder.name)
    version = connection.execute(told).scalar_one_or_none()
    if version == ladder.newest:
        return
    if version is None and not _there(connection, meta.sorted_tables[0].name):
        meta.create_all(connection.execution_options(schema_translate_map={None: SCHEMA}))
    else:
        # Tables without a version are those of the first release.
        for statement in ladder.from_version(version or 1, where, f"{SCHEMA}."):
            connection.exec_driver_sql(statement)
    if version is None:
        connection.execute(sa.insert(_VERSIONS).values(name=ladder.name, version=ladder.newest))
    else:
        known = sa.update(_VERSIONS).where(_VERSIONS.c.name == ladder.name)
        connection.execute(known.values(version=ladder.newest))


def _there(connection: sa.Connection, table: str) -> bool:
    found = sa.select(sa.func.to_regclass(f"{SCHEMA}.{table}"))
    return connection.execute(found).scalar_one() is not None
