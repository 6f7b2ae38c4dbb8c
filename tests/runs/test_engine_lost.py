"""An engine that is lost while a person waits ends no attempt: `resume` joins it, and what others made of it counts."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.runs import working
from laneshift.runs.engine import fence
from laneshift.runs.plan import Plan
from laneshift.runs.program import program
from laneshift.runs.workshop import Workshop
from tests.monorepo import BATCH
from tests.runs.engine import servers
from tests.runs.remote_toy import resume, states, unfinished
from tests.toy import copy_of, planned, records, shop_at, toy, watched

_LEASE_SECONDS = "120"
_names = itertools.count()

DO: dict[str, Callable[[Workshop, Plan], object]] = {
    "run": lambda shop, plan: working.run(shop, plan, 1),
    "land": working.land,
    "ship": lambda shop, plan: working.ship(shop, plan, 1),
}


@pytest.fixture(scope="module")
def fresh(ready_toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy with two moves, planned. Never change it: take a copy."""
    path = toy(tmp_path_factory.mktemp("fresh") / "repo", warm=ready_toy)
    planned(path, BATCH)
    return path


@pytest.fixture(scope="module")
def cluster() -> Iterator[servers.Cluster]:
    """A server of its own: others would notice its end."""
    with servers.cluster() as made:
        yield made


@pytest.fixture(autouse=True)
def _engine(cluster: servers.Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The engine of every process of the test is a database of its own, with a lease that does not lapse by itself."""
    with servers.database(cluster.url, f"lost_{next(_names)}") as url:
        shown = url.render_as_string(hide_password=False).replace("+psycopg", "")
        monkeypatch.setenv("LANESHIFT_DATABASE_URL", shown)
        monkeypatch.setenv("LANESHIFT_LEASE_SECONDS", _LEASE_SECONDS)
        monkeypatch.delenv("LANESHIFT_ENGINE", raising=False)
        yield


def losing(path: Path, cluster: servers.Cluster) -> Workshop:
    """The real parts; the server is killed, and started again, under the first suite that is run."""
    left = [True]

    def heard(_moment: str, _tree: str, _selection: Sequence[str]) -> None:
        if left.pop() if left else False:
            cluster.stop(signal.SIGKILL)
            try:
                fence.check()
            finally:
                cluster.start()

    return watched(path, heard)


def lose(path: Path, cluster: servers.Cluster, verb: str) -> None:
    """Do `verb` until its engine is lost. The attempt must be open then."""
    shop = losing(path, cluster)
    ended = records(path, f"{verb}.ended")
    with pytest.raises(NeedsPerson) as caught:
        DO[verb](shop, shop.plans.load("batch"))
    assert caught.value.code in ("engine.lease-lost", "engine.database-failed")
    assert "laneshift resume" in caught.value.cure
    assert verb in unfinished(path)
    assert records(path, f"{verb}.ended") == ended


def started(path: Path) -> dict[str, int]:
    """How many attempts there were."""
    return {verb: len(records(path, f"{verb}.started")) for verb in DO}


def test_resume_joins_the_ship_that_lost_its_engine(fresh: Path, tmp_path: Path, cluster: servers.Cluster) -> None:
    path = copy_of(fresh, tmp_path / "repo")
    lose(path, cluster, "ship")
    assert [taken.error for taken in resume(path)] == [None]
    assert states(path) == ["landed"] * 2
    assert started(path) == {"run": 1, "land": 1, "ship": 1}, "the attempt that was begun is the one that ended"


def test_resume_joins_the_run_and_what_others_made_of_the_landing_counts(
    fresh: Path, tmp_path: Path, cluster: servers.Cluster
) -> None:
    path = copy_of(fresh, tmp_path / "repo")
    lose(path, cluster, "run")
    assert [taken.error for taken in resume(path)] == [None]
    assert states(path) == ["ready-to-land"] * 2
    lose(path, cluster, "land")
    shop = shop_at(path)
    plan, [begun] = shop.plans.load("batch"), records(path, "land.started")
    with shop.engine(program(shop, plan), 1, plan.id) as engine:
        assert engine.run("land", begun.facts["key"], {"never": "looked at, since it has begun"})["result"] == "landed"
    assert (states(path), unfinished(path)) == (["landed"] * 2, [])
    assert resume(path) == []
    assert started(path) == {"run": 1, "land": 1, "ship": 0}
