"""A server of the runs that is restarted, hangs, or never comes back: nobody waits for it for ever."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.runs.engine.port import Context, Engine, Json, Program
from laneshift.runs.engine.postgres_engine import PostgresEngine
from tests import warm
from tests.runs.engine import servers
from tests.runs.engine.driving import in_background, opened, until
from tests.runs.engine.ledger import Ledger
from tests.toy import with_tests

ROOT = Path(__file__).parents[3]
LONG, SHORT = 120.0, 8.0
"""Leases in seconds. A machine that stalls for five of them in any one place must not lose the short one."""

_names = itertools.count()


@pytest.fixture(scope="module")
def cluster() -> Iterator[servers.Cluster]:
    """A server of its own: others would notice its end."""
    with servers.cluster() as made:
        yield made


@pytest.fixture
def url(cluster: servers.Cluster) -> Iterator[str]:
    with servers.database(cluster.url, f"gone_{next(_names)}") as found:
        yield found.render_as_string(hide_password=False)


class Steps:
    """A workflow of three steps that wait until they may go on."""

    def __init__(self) -> None:
        self.began, self.may_go_on = threading.Event(), threading.Event()

    def engine(self, url: str, lease: float) -> Engine:
        return PostgresEngine(url, Program({"all": self._all}, {"one": self._one}), 2, "v1", "gone", lease)

    def _one(self, number: Json) -> Json:
        self.began.set()
        assert self.may_go_on.wait(300)
        return number

    async def _all(self, context: Context, _: Json) -> Json:
        return [await context.step("one", number) for number in range(3)]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(NeedsPerson) as caught:
        call()
    assert caught.value.code == "engine.database-failed"
    assert "laneshift resume" in caught.value.cure
    return caught.value.why


def test_a_restart_within_the_lease_is_waited_out(cluster: servers.Cluster, url: str) -> None:
    steps = Steps()
    with opened(lambda *_: steps.engine(url, LONG), Program({}, {})) as engine:
        running, ended = in_background(lambda: engine.run("all", "k", None))
        assert steps.began.wait(240)
        cluster.stop()
        steps.may_go_on.set()
        cluster.start()
        running.join(100)
        assert ended == [[0, 1, 2]]


def test_a_server_that_hangs_is_given_up_after_a_lease_and_resumed_when_it_answers(
    cluster: servers.Cluster, url: str
) -> None:
    steps = Steps()
    with ExitStack() as hanging, opened(lambda *_: steps.engine(url, SHORT), Program({}, {})) as engine:
        running, ended = in_background(lambda: engine.run("all", "k", None))
        assert steps.began.wait(240)
        hanging.enter_context(cluster.paused())
        steps.may_go_on.set()
        running.join(100)
        why = refused(lambda: again(ended))
        # On a busy machine the line itself may be given up first.
        assert "has not answered" in why or "closed the connection" in why
        for ask in (engine.status, engine.cancel, engine.forget):
            refused(partial(ask, "k"))
    with opened(lambda *_: steps.engine(url, 4 * SHORT), Program({}, {})) as engine:
        assert engine.run("all", "k", None) == [0, 1, 2]


def again(ended: list[Json]) -> Json:
    """Raise what a call in the background has raised."""
    assert len(ended) == 1
    raise ended[0]


def test_of_a_server_that_is_gone_everybody_is_told_in_the_end(cluster: servers.Cluster, url: str) -> None:
    steps = Steps()
    with opened(lambda *_: steps.engine(url, SHORT), Program({}, {})) as engine:
        cluster.stop()
        try:
            for ask in (engine.status, engine.cancel, lambda key: engine.send(key, "topic", 1)):
                assert "connection" in refused(partial(ask, "k"))
        finally:
            cluster.start()


def test_a_process_ends_although_the_server_of_its_run_never_comes_back(
    cluster: servers.Cluster, url: str, tmp_path: Path
) -> None:
    given = {"LANESHIFT_DATABASE_URL": url.replace("+psycopg", ""), "LANESHIFT_LEASE_SECONDS": str(SHORT)}
    words = ["guarded", str(tmp_path)]
    process = warm.start("tests.runs.engine.worker_process", words, ROOT, with_tests(given))
    try:
        until(lambda: bool(Ledger(tmp_path / "began").lines()))
        cluster.stop()
        (tmp_path / "hurry").touch()
        out, err = process.communicate(timeout=240)
    finally:
        process.kill()
        cluster.start()
    assert (process.returncode, err) == (4, "")
    assert json.loads(out)["code"] in ("engine.database-failed", "engine.lease-lost")
