"""A process that was paused in the middle of a question: its transaction was ended meanwhile, and its lease lapsed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from laneshift.flows.model import Flow, Step
from laneshift.runs.engine import choose
from laneshift.runs.engine.fence import LeaseLost
from laneshift.runs.engine.fleet import Fleet
from laneshift.runs.engine.postgres_store import pool
from laneshift.runs.engine.roster import Roster
from laneshift.runs.flowing.records import start
from laneshift.runs.flowing.state import flow_run
from tests import warm
from tests.repo.builders import repo_at
from tests.runs.engine.driving import until
from tests.toy import environment, shop_at

LEASE = 2.0
HELD = sa.text(
    "SELECT count(*) FROM laneshift.engine_workers WHERE expires > extract(epoch FROM clock_timestamp()) - :seconds"
)
WAITING = "datname = current_database() AND wait_event_type = 'Lock'"
OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def database(postgres_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(postgres_url)
    yield engine
    engine.dispose()


def count(database: sa.Engine, which: str) -> int:
    with database.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM pg_stat_activity WHERE {which}").scalar_one())


def end(connection: sa.Connection, which: str) -> None:
    """Have the server end sessions, as it does with those that are idle in a transaction for longer than a lease."""
    connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {which}")


def test_a_fleet_asks_again_and_learns_that_its_lease_was_lost(database: sa.Engine) -> None:
    roster = Roster(pool(database.url, LEASE), "s", LEASE)
    roster.prepare()
    fleet = Fleet(roster, roster.join("v1", "a"), "v1", "app", 1)
    lost: list[BaseException] = []
    with database.connect() as holder:
        holder.exec_driver_sql("LOCK TABLE laneshift.engine_workers IN ACCESS EXCLUSIVE MODE")
        fleet.begin(lost.append)
        until(lambda: count(database, WAITING) == 1)
        until(lambda: holder.execute(HELD, {"seconds": LEASE}).scalar_one() == 0)
        end(holder, f"{WAITING} AND pid <> pg_backend_pid()")
        holder.rollback()
        until(lambda: bool(lost))
    fleet.end()
    roster.engine.dispose()
    assert [type(each) for each in lost] == [LeaseLost]


def test_a_worker_for_flows_joins_again(database: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choose.DATABASE, database.url.render_as_string(hide_password=False).replace("+psycopg", ""))
    monkeypatch.setenv(choose.RECORDS, "database")
    monkeypatch.setenv("LANESHIFT_REPOSITORY", "paused")
    monkeypatch.setenv("LANESHIFT_LEASE_SECONDS", str(LEASE))
    repo_at(tmp_path / "repo", {"laneshift.toml": ""})
    shop = shop_at(tmp_path / "repo")
    short = Flow("short", (Step("only", "wait", {"seconds": 0.01}),))

    def asked() -> str:
        return start(shop, {"short": short}, "short", {}, "ada@example.org").id

    def done(run: str) -> bool:
        assert worker.poll() is None, worker.communicate()
        return flow_run(shop.journal, run).over

    worker = warm.start("laneshift", ["worker", "--flows"], tmp_path / "repo", environment())
    try:
        first = asked()
        until(lambda: done(first))
        with database.connect() as holder:
            holder.exec_driver_sql("LOCK TABLE laneshift.journal IN ACCESS EXCLUSIVE MODE")
            until(lambda: count(database, WAITING) > 0)
            worker.send_signal(signal.SIGSTOP)
            until(lambda: holder.execute(HELD, {"seconds": LEASE}).scalar_one() == 0)
            end(holder, OTHERS)
            holder.rollback()
        worker.send_signal(signal.SIGCONT)
        second = asked()
        until(lambda: done(second))
    finally:
        worker.kill()
        worker.communicate()
