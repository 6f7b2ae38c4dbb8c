"""A step of a worker that was replaced writes no record, and a database that fails is no failure of the step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from laneshift.errors import NeedsPerson, Refused
from laneshift.evidence.postgres_journal import PostgresJournal
from laneshift.evidence.postgres_results import PostgresResults
from laneshift.evidence.postgres_store import PostgresStore
from laneshift.runs.engine.fence import OPEN, Fence, LeaseLost
from laneshift.runs.engine.fleet import Fleet
from laneshift.runs.engine.port import Json, Step
from laneshift.runs.engine.postgres_records import records_in
from laneshift.runs.engine.roster import Roster
from laneshift.runs.engine.work import Work
from laneshift.runs.plan_rows import PlanRows
from tests.runs.engine.test_roster import age
from tests.runs.test_plan_files import plan

LEASE = 60.0
KINDS = ["journal", "evidence", "results", "plans"]


@pytest.fixture
def roster(postgres_url: str) -> Iterator[Roster]:
    engine = sa.create_engine(postgres_url)
    found = Roster(engine, "s", LEASE)
    found.prepare()
    yield found
    engine.dispose()


def written(url: str) -> int:
    """How many rows all the records have."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        tables = ("journal", "evidence", "results", "plans")
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM laneshift.{name}").scalar_one() for name in tables]
    engine.dispose()
    return sum(counts)


def write(url: str, kind: str, content: bytes = b"log") -> None:
    database = records_in(url.replace("+psycopg", ""), "mono", LEASE)
    if kind == "journal":
        PostgresJournal(database).append("a", "x", {})
    elif kind == "evidence":
        PostgresStore(database).put(content)
    elif kind == "results":
        PostgresResults(database).put(f"sha256:{'0' * 64}", 1)
    else:
        PlanRows(database).save(plan())
    database.close()


def in_a_step(fence: Fence, step: Step, argument: Json) -> None:
    """Run a step behind the fence, as an engine does."""
    asyncio.run(Work(1, fence).light("s", step, argument))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["lapsed", "fenced", "good", "unfenced"])
def test_only_a_worker_that_owns_its_work_writes(roster: Roster, postgres_url: str, kind: str, how: str) -> None:
    """The last case is the seeded fault: without the fence around the step, the late write gets through."""
    write(postgres_url, "evidence")
    before = written(postgres_url)
    token = roster.join("v1", "me")
    fleet = Fleet(roster, token, "v1", "app", 1)
    inside = Fence(token, lambda: None, fleet.keep)

    def step(argument: Json) -> Json:
        """Between the check before the step and its write the worker is paused for longer than its lease."""
        if how in ("lapsed", "unfenced"):
            age(roster, token, LEASE)
        elif how == "fenced":
            roster.leave(token)
        write(postgres_url, argument, b"other")

    if how in ("lapsed", "fenced"):
        with pytest.raises(LeaseLost):
            in_a_step(inside, step, kind)
    else:
        in_a_step(OPEN if how == "unfenced" else inside, step, kind)
    assert written(postgres_url) - before == (1 if how in ("good", "unfenced") else 0)


def test_a_database_that_fails_is_no_failure_of_the_step(roster: Roster, postgres_url: str) -> None:
    database = records_in(postgres_url.replace("+psycopg", ""), "mono", 2.0)
    with roster.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE laneshift.evidence RENAME TO gone")
    store = PostgresStore(database)
    with pytest.raises(NeedsPerson) as caught:
        store.put(b"log")
    assert caught.value.code == "engine.database-failed"
    with pytest.raises(LeaseLost, match="evidence"):
        in_a_step(Fence(7, lambda: None), lambda _: store.put(b"log"), None)


def test_an_address_that_is_none_is_refused_and_never_shown() -> None:
    with pytest.raises(Refused) as caught:
        records_in("mysql://me:s3cr3t@host/runs", "mono", 2.0)
    assert caught.value.code == "engine.bad-url"
    assert "s3cr3t" not in str(caught.value.as_dict())


def test_a_server_that_is_not_there_is_told_without_secrets() -> None:
    with pytest.raises(NeedsPerson) as caught:
        records_in("postgresql://me:s3cr3t@127.0.0.1:1/runs", "mono", 2.0)
    assert caught.value.code == "engine.database-failed"
    assert "s3cr3t" not in str(caught.value.as_dict())
