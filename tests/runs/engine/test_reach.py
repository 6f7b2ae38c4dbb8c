"""The engines on real servers answer the doctor, and a database without rights is told from one that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from laneshift.errors import NeedsPerson
from laneshift.runs.engine.choose import choose
from laneshift.runs.engine.reach import reach
from tests.runs.engine import servers


@pytest.fixture(scope="module")
def server() -> Iterator[sa.URL]:
    """A PostgreSQL server."""
    with servers.postgres() as url:
        yield url


def shown(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_database_that_can_be_used_says_its_version(server: sa.URL, tmp_path: Path) -> None:
    said = reach(choose({"LANESHIFT_DATABASE_URL": shown(server)}), tmp_path)
    assert f" at postgresql://127.0.0.1:{server.port}/postgres" in said
    assert "on PostgreSQL " in said


def test_a_user_who_may_make_nothing_is_told_so(server: sa.URL, tmp_path: Path) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE ROLE guest LOGIN"))
    engine.dispose()
    with pytest.raises(NeedsPerson) as refused:
        reach(choose({"LANESHIFT_DATABASE_URL": shown(server.set(username="guest"))}), tmp_path)
    assert refused.value.what == "this user may make no schema in the database"
    assert refused.value.cure.startswith("GRANT CREATE")


def test_a_server_with_the_namespace_is_reached_and_another_is_not(
    temporal_server: str, temporal_namespace: str, tmp_path: Path
) -> None:
    there = choose({"LANESHIFT_ENGINE": f"temporal://{temporal_server}/{temporal_namespace}"})
    assert reach(there, tmp_path) == f"Temporal at {temporal_server}, namespace {temporal_namespace}"
    gone = choose({"LANESHIFT_ENGINE": f"temporal://{temporal_server}/nobody-made-this"})
    with pytest.raises(NeedsPerson) as refused:
        reach(gone, tmp_path)
    assert refused.value.code == "engine.server-failed"


def test_sqlite_leaves_nothing_behind(tmp_path: Path) -> None:
    assert "SQLite 3." in reach(choose({}), tmp_path)
    assert not list(tmp_path.iterdir())
