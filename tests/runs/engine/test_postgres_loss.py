"""A process that loses the database, or its lease, leaves every workflow as it is: others, or it again, go on."""

from __future__ import annotations

import asyncio
import itertools
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import sqlalchemy as sa

from laneshift.errors import NeedsPerson
from laneshift.runs.engine import fence
from laneshift.runs.engine.dbos_context import guarded
from laneshift.runs.engine.fence import LeaseLost
from laneshift.runs.engine.port import Context, Json, Program
from laneshift.runs.engine.postgres_engine import PostgresEngine
from tests.runs.engine import servers
from tests.runs.engine.driving import Opens, failing, opened, until

LEASE = 120.0
RUNS = "SELECT workflow_uuid, status FROM dbos.workflow_status ORDER BY workflow_uuid"
Loses = Callable[[], None]

_names = itertools.count()


@pytest.fixture(scope="module")
def cluster() -> Iterator[servers.Cluster]:
    """A server of its own: others would notice its end."""
    with servers.cluster() as made:
        yield made


@pytest.fixture
def url(cluster: servers.Cluster) -> Iterator[str]:
    with servers.database(cluster.url, f"loss_{next(_names)}") as found:
        yield found.render_as_string(hide_password=False)


@pytest.fixture
def opens(url: str) -> Opens:
    return lambda program, workers, version: PostgresEngine(url, program, workers, version, "loss", LEASE)


def asked(url: str, statement: str) -> list[tuple[str, ...]]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        result = connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []


@pytest.fixture(params=["server", "lease"])
def loses(request: pytest.FixtureRequest, cluster: servers.Cluster, url: str) -> Loses:
    """What takes the database, or the lease, from the process whose step calls it; the server answers afterwards."""

    def server() -> None:
        cluster.stop(signal.SIGKILL)
        try:
            fence.check()
        finally:
            cluster.start()

    def lease() -> None:
        asked(url, f"UPDATE laneshift.engine_workers SET expires = 0 WHERE token = {fence.token()}")
        fence.check()

    return {"server": server, "lease": lease}[request.param]


def family(step: Callable[[Json], Json]) -> Program:
    """A parent of workers that have a child each, with a step: as a run, its workers, their items."""

    async def item(context: Context, argument: Json) -> Json:
        return await context.step("work", argument)

    async def worker(context: Context, argument: Json) -> Json:
        return await (await context.spawn("item", f"k/{argument}/item", argument)).result()

    async def parent(context: Context, argument: Json) -> Json:
        workers = [await context.spawn("worker", f"k/{number}", number) for number in range(2)]
        return list(await asyncio.gather(*(one.result() for one in workers)))

    workflows = {"parent": parent, "worker": worker, "item": item}
    return Program(workflows, {"work": step}, heavy=frozenset({"work"}))


def test_no_workflow_ends_because_its_process_lost_the_engine(opens: Opens, url: str, loses: Loses) -> None:
    once = threading.Lock()

    def work(number: Json) -> Json:
        if once.acquire(blocking=False):
            loses()
        return number

    with opened(opens, family(work)) as engine, pytest.raises(NeedsPerson) as caught:
        engine.run("parent", "k", None)
    assert caught.value.code in ("engine.lease-lost", "engine.database-failed")
    assert "laneshift resume" in caught.value.cure
    ended = {(key, state) for key, state in asked(url, RUNS) if state not in ("PENDING", "ENQUEUED", "SUCCESS")}
    assert ended == set()
    with opened(opens, family(work)) as engine:
        assert engine.run("parent", "k", None) == [0, 1]


def test_what_a_workflow_itself_ended_with_stays_its_end(opens: Opens) -> None:
    def work(_: Json) -> Json:
        raise NeedsPerson("engine.lease-lost", "as if", cure="none")

    for _ in range(2):
        with opened(opens, family(work)) as engine:
            assert failing(partial(engine.run, "parent", "k", None))["code"] == "engine.lease-lost"
            assert engine.status("k")[0].state == "failed"


def test_the_loss_is_told_to_who_asks_later(opens: Opens) -> None:
    def work(_: Json) -> Json:
        raise LeaseLost("somebody else has the work")

    async def alone(context: Context, argument: Json) -> Json:
        return await context.step("work", argument)

    with opened(opens, Program({"alone": alone}, {"work": work})) as engine:
        for _ in range(2):
            with pytest.raises(NeedsPerson) as caught:
                engine.run("alone", "k", None)
            assert caught.value.code == "engine.lease-lost"
        until(lambda: [row.state for row in engine.status("k")] == ["running"])


@pytest.mark.parametrize(
    "error",
    [sa.exc.TimeoutError("no connection is free"), sa.exc.OperationalError("", None, ValueError()), LeaseLost()],
)
def test_whatever_the_store_fails_with_stops_the_workflow_and_does_not_end_it(error: BaseException) -> None:
    losses: list[BaseException] = []
    with pytest.raises(asyncio.CancelledError), guarded(losses.append):
        raise error
    assert losses == [error]
    with pytest.raises(ValueError, match="its own"), guarded(losses.append):
        raise ValueError("its own")
    assert losses == [error]
