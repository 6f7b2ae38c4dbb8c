"""What the first release left is opened, complete and in today's form; what a later one left is refused as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laneshift.agents.claims.in_database import InDatabase
from laneshift.agents.claims.in_file import InFile
from laneshift.agents.claims.tables import META as CLAIMS
from laneshift.errors import Refused
from laneshift.evidence.journal import Journal
from laneshift.evidence.laddered import ladder_of
from laneshift.evidence.postgres_journal import PostgresJournal
from laneshift.evidence.results import Results
from laneshift.matriz.memory import database as vectors
from laneshift.matriz.memory.tables import META as VECTORS
from laneshift.runs.engine.sqlite_rows import Rows
from laneshift.server.answerers.tables import META as MODELS
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.key_store import KeyStore
from laneshift.server.auth.key_table import META as KEYS
from laneshift.server.auth.passkeys import database as access
from laneshift.server.auth.passkeys.tables import META as PEOPLE
from tests.evidence.in_database import by_hand, opened
from tests.server.test_decision_log import JULY
from tests.upgrades.first_release import KEY, RESULT, in_files, row_of

FIRST = Path(__file__).parent / "first_release"
OPENERS: dict[str, Callable[[Path], Any]] = {
    "journal": lambda path: Journal.open(path, actor="ann"),
    "keys": KeyStore.open,
    "people": access.rows_in_file,
    "models": lambda path: access.rows_in_file(path, MODELS),
    "decisions-2026-07": lambda path: DecisionLog(path.parent, lambda: JULY).last(1),
    "vectors": vectors.rows_in_file,
    "claims": lambda path: InFile(path, lambda: 1, lambda: 1),
    "runs": Rows,
}


def first(folder: Path, name: str) -> Path:
    """A file as the first release left it."""
    path = folder / f"{name}.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIRST / f"{name}.sql").read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    return path


def close(store: Any) -> None:
    if hasattr(store, "close"):
        store.close()


def shape(path: Path) -> tuple[int, list[str]]:
    """Version and tables of a file, whatever its rows."""
    with closing(sqlite3.connect(path)) as connection:
        told = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return version, [" ".join(sql.split()) for (sql,) in told]


def test_every_store_of_the_first_release_is_here(tmp_path: Path) -> None:
    in_files(tmp_path)
    made = {path.stem for path in tmp_path.rglob("*.sqlite")}
    assert made == {*OPENERS, "results"} == {path.stem for path in FIRST.glob("*.sql")} - {"postgres"}


@pytest.mark.parametrize("name", OPENERS)
def test_a_file_climbs_to_the_form_of_a_fresh_one(name: str, tmp_path: Path) -> None:
    (tmp_path / "fresh").mkdir()
    close(OPENERS[name](tmp_path / "fresh" / f"{name}.sqlite"))
    old = first(tmp_path, name)
    close(OPENERS[name](old))
    assert shape(old) == shape(tmp_path / "fresh" / f"{name}.sqlite")
    assert shape(old)[0] >= 1, "it says its version from now on"


@pytest.mark.parametrize("name", OPENERS)
def test_a_file_of_a_newer_laneshift_is_refused_and_stays_as_it_is(name: str, tmp_path: Path) -> None:
    path = first(tmp_path, name)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("PRAGMA journal_mode = DELETE")
    before = shape(path)
    with pytest.raises(Refused) as refused:
        close(OPENERS[name](path))
    assert refused.value.code in {"store.newer", "evidence.journal-newer", "engine.store-newer"}
    assert refused.value.cure
    assert refused.value.where == str(path)
    assert shape(path) == before


def test_what_is_in_the_files_is_there(tmp_path: Path) -> None:
    journal = Journal.open(first(tmp_path, "journal"), actor="ann")
    assert [record.key for record in journal.records()] == ["first-0", "first-1", "first-2"]
    assert journal.check() == []
    assert journal.append("next", "key.created", {}).seq == 4
    assert Results.open(first(tmp_path, "results")).get(RESULT) == {"passed": 1}
    assert KeyStore.open(first(tmp_path, "keys")).all() == [KEY]
    log = DecisionLog(first(tmp_path, "decisions-2026-07").parent, lambda: JULY)
    assert ([each.seq for each in log.last(9)], log.check()) == ([1], [])
    for name, meta in (("people", PEOPLE), ("models", MODELS), ("vectors", VECTORS), ("claims", CLAIMS)):
        close(OPENERS[name](first(tmp_path, name)))
        _whole(sa.create_engine(f"sqlite:///{tmp_path / name}.sqlite"), meta, None)


def _whole(engine: sa.Engine, meta: sa.MetaData, schema: str | None) -> None:
    translated = engine.execution_options(schema_translate_map={None: schema})
    with translated.connect() as connection:
        for table in meta.sorted_tables:
            kept = [tuple(row) for row in connection.execute(sa.select(*table.columns))]
            assert kept == [tuple(row_of(table).values())]
    engine.dispose()


def _everything(url: str) -> None:
    database = opened(url)
    for meta in (PEOPLE, MODELS, KEYS):
        access.rows_in_database(database, meta)
    vectors.rows_in_database(database)
    InDatabase(database)
    database.close()


def test_the_database_of_the_first_release(postgres_url: str) -> None:
    by_hand(postgres_url, "DROP SCHEMA IF EXISTS laneshift CASCADE")
    _everything(postgres_url)
    fresh = _shape(postgres_url)
    by_hand(postgres_url, "DROP SCHEMA laneshift CASCADE")
    by_hand(postgres_url, (FIRST / "postgres.sql").read_text(encoding="utf-8"))
    _everything(postgres_url)
    assert _shape(postgres_url) == fresh
    _everything(postgres_url)
    journal = PostgresJournal(opened(postgres_url), "ann")
    assert [record.key for record in journal.records()] == ["first-0", "first-1", "first-2"]
    assert journal.check() == []
    for meta in (PEOPLE, MODELS, KEYS, VECTORS, CLAIMS):
        _whole(sa.create_engine(postgres_url), meta, "laneshift")
        by_hand(postgres_url, f"UPDATE laneshift.versions SET version = 99 WHERE name = '{ladder_of(meta).name}'")
    for meta in (PEOPLE, MODELS, KEYS):
        _refused(lambda meta=meta: access.rows_in_database(opened(postgres_url), meta))  # type: ignore[misc]
    _refused(lambda: vectors.rows_in_database(opened(postgres_url)))
    _refused(lambda: InDatabase(opened(postgres_url)))
    by_hand(postgres_url, "UPDATE laneshift.repositories SET version = 99")
    _refused(lambda: opened(postgres_url), "evidence.journal-newer")


def _refused(act: Callable[[], object], code: str = "store.newer") -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.code == code


def _shape(url: str) -> list[Any]:
    asked = """SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
        WHERE table_schema = 'laneshift' UNION ALL
        SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = 'laneshift' ORDER BY 1, 2"""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        told = [tuple(row) for row in connection.exec_driver_sql(asked)]
        versions = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM laneshift.versions ORDER BY 1")]
    engine.dispose()
    return [told, versions]
