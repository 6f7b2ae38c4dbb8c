"""Ladders by themselves, with steps that no store has yet: all of a climb or nothing, once, whoever else climbs."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from laneshift.errors import Refused
from laneshift.evidence import tables
from laneshift.evidence.ladder import Ladder, climb
from laneshift.evidence.laddered import file_with, stored, tables_with
from tests.evidence.in_database import by_hand, opened

NAMED = "ALTER TABLE {at}toys ADD COLUMN name TEXT NOT NULL DEFAULT 'none'"
COUNTED = ("CREATE TABLE {at}boxes (id INTEGER PRIMARY KEY)", "INSERT INTO {at}boxes VALUES (1)")
BROKEN = ("INSERT INTO {at}toys (id) VALUES (7)", "INSERT INTO {at}nowhere VALUES (1)")


def toys(*steps: tuple[str, ...]) -> sa.MetaData:
    """Tables whose store has a version for each step and one more."""
    meta = stored(Ladder("toys", "toys", steps))
    columns = [sa.Column("name", sa.Text, nullable=False, server_default="none")] if steps else []
    sa.Table("toys", meta, sa.Column("id", sa.Integer, primary_key=True), *columns)
    return meta


def asked(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        found: list[tuple[object, ...]] = connection.execute(statement).fetchall()
        connection.commit()
    return found


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A file of version 1 with a toy."""
    file_with(tmp_path / "toys.sqlite", toys())
    asked(tmp_path / "toys.sqlite", "INSERT INTO toys VALUES (1)")
    return tmp_path / "toys.sqlite"


@pytest.mark.parametrize("said", [1, 0], ids=["version 1", "of the first release"])
def test_a_file_climbs_step_by_step_and_then_stays(old: Path, said: int) -> None:
    asked(old, f"PRAGMA user_version = {said}")
    for steps, version in ((((NAMED,),), 2), (((NAMED,), COUNTED), 3), (((NAMED,), COUNTED), 3)):
        file_with(old, toys(*steps))
        assert asked(old, "PRAGMA user_version") == [(version,)]
    assert asked(old, "SELECT * FROM toys") == [(1, "none")]
    assert asked(old, "SELECT * FROM boxes") == [(1,)]
    with pytest.raises(Refused) as newer:
        file_with(old, toys((NAMED,)))
    assert (newer.value.code, "version 3" in newer.value.what, "up to 2" in newer.value.what) == (
        "store.newer", True, True,
    )  # fmt: skip


def test_a_fresh_file_has_the_newest_version_and_takes_no_step(tmp_path: Path) -> None:
    file_with(tmp_path / "toys.sqlite", toys((NAMED,)))
    assert asked(tmp_path / "toys.sqlite", "PRAGMA user_version") == [(2,)]


def test_a_climb_that_ends_early_leaves_the_file_as_it_was(old: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        file_with(old, toys((NAMED,), BROKEN))
    assert asked(old, "PRAGMA user_version") == [(1,)]
    assert asked(old, "SELECT * FROM toys") == [(1,)]


def test_an_empty_file_that_a_killed_process_left_is_filled(tmp_path: Path) -> None:
    (tmp_path / "toys.sqlite").touch()
    file_with(tmp_path / "toys.sqlite", toys())
    assert asked(tmp_path / "toys.sqlite", "SELECT count(*) FROM toys") == [(0,)]


def test_many_climb_at_once_and_each_step_is_taken_once(old: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: file_with(old, toys((NAMED,), COUNTED)), range(8)))
    assert asked(old, "SELECT count(*) FROM boxes") == [(1,)]


def test_a_version_is_read_again_under_the_lock(old: Path) -> None:
    """As where another process has climbed between the first look and the lock."""
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        climb(connection, Ladder("toys", "toys", ((NAMED,),)), str(old))
        climb(connection, Ladder("toys", "toys", ((NAMED,),)), str(old))
    assert asked(old, "PRAGMA user_version") == [(2,)]


def test_tables_in_postgresql(postgres_url: str) -> None:
    database = opened(postgres_url)

    def have(*steps: tuple[str, ...]) -> None:
        with database.engine.begin() as connection:
            tables_with(connection, toys(*steps), database.where)

    def told(statement: str) -> list[tuple[object, ...]]:
        with database.engine.begin() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    have()
    by_hand(postgres_url, "INSERT INTO laneshift.toys VALUES (1); DELETE FROM laneshift.versions WHERE name = 'toys'")
    with pytest.raises(sa.exc.ProgrammingError):
        have((NAMED,), BROKEN)
    assert told("SELECT * FROM laneshift.toys") == [(1,)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: have((NAMED,), COUNTED), range(4)))
    assert told("SELECT * FROM laneshift.toys") == [(1, "none")]
    assert told("SELECT count(*) FROM laneshift.boxes") == [(1,)]
    assert told("SELECT version FROM laneshift.versions WHERE name = 'toys'") == [(3,)]
    with pytest.raises(Refused, match="version 3"):
        have((NAMED,))
    database.close()


def test_the_records_climb_for_all_repositories_at_once(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(postgres_url, "one").close()
    opened(postgres_url, "two").close()
    steps = (("ALTER TABLE {at}plans ADD COLUMN note TEXT",),)
    monkeypatch.setattr(tables, "RECORDS", Ladder("records", "these records", steps))
    opened(postgres_url, "three, which is new").close()
    opened(postgres_url, "one").close()
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        versions = connection.exec_driver_sql("SELECT DISTINCT version FROM laneshift.repositories").fetchall()
        assert [tuple(row) for row in versions] == [(2,)]
        connection.exec_driver_sql("SELECT note FROM laneshift.plans")
    engine.dispose()
    monkeypatch.undo()
    with pytest.raises(Refused) as newer:
        opened(postgres_url, "one")
    assert newer.value.code == "evidence.journal-newer"
