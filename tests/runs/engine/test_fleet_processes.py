"""Four real worker processes on one server: one is killed, one is paused and wakes too late."""

from __future__ import annotations

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.runs.engine.driving import until
from tests.runs.engine.ledger import Ledger
from tests.runs.engine.worker_process import CHILDREN, STEPS
from tests.sweeps import swept
from tests.toy import with_tests
from tests.warm import Process

ROOT = Path(__file__).parents[3]
SLOTS = 2
LEASE_SECONDS = 8.0
"""Four processes have to beat within it, on a machine that may stall for five seconds of them."""
Start = Callable[..., Process]


KINDS = swept(["postgres", "temporal"], ["postgres"])
"""Temporal gives a paused process another 20 seconds, so it takes its turn in the full sweep."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shared(kind: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment that names an engine of this kind, fresh for the test."""
    if kind == "postgres":
        url = request.getfixturevalue("postgres_url").replace("+psycopg", "")
        return {"LANESHIFT_DATABASE_URL": url, "LANESHIFT_LEASE_SECONDS": str(LEASE_SECONDS)}
    address, namespace = request.getfixturevalue("temporal_server"), request.getfixturevalue("temporal_namespace")
    return {"LANESHIFT_ENGINE": f"temporal://{address}/{namespace}", "LANESHIFT_LEASE_SECONDS": str(LEASE_SECONDS)}


@pytest.fixture
def start(shared: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Starts a worker process; what is left of them at the end of the test is killed."""
    started: list[Process] = []

    def begin(mode: str, **environment: str) -> Process:
        given = with_tests({**shared, **environment})
        process = warm.start("tests.runs.engine.worker_process", [mode, str(tmp_path)], ROOT, given)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def finish(process: Process, code: int = 0) -> Any:
    """The JSON that the process printed. It must have been silent otherwise."""
    out, err = process.communicate(timeout=240)
    assert (process.returncode, err) == (code, "")
    return json.loads(out) if out else None


def names(ledger: Ledger) -> Counter[str]:
    return Counter(line.split(" ", 1)[1] for line in ledger.lines())


def pids(ledger: Ledger) -> set[int]:
    return {int(line.split(" ", 1)[0]) for line in ledger.lines()}


def by(process: Process, ledger: Ledger) -> list[str]:
    return [line.split(" ", 1)[1] for line in ledger.lines() if line.startswith(f"{process.pid} ")]


@pytest.mark.chaos
def test_one_killed_and_one_paused_of_four_and_all_is_done_as_if_undisturbed(
    start: Start, kind: str, tmp_path: Path
) -> None:
    chance, began, wrote = random.Random(20_26), Ledger(tmp_path / "began"), Ledger(tmp_path / "wrote")
    # Held, so that a slow start of some does not leave all work to the others.
    (tmp_path / "hold").touch()
    workers = [start("worker") for _ in range(3)]
    until(lambda: len(Ledger(tmp_path / "up").lines()) == len(workers))
    asker = start("parent")
    until(lambda: len(pids(began) & {worker.pid for worker in workers}) >= 2)
    (tmp_path / "hold").unlink()
    killed, paused = chance.sample([worker for worker in workers if worker.pid in pids(began)], 2)
    time.sleep(chance.uniform(0, 0.2))
    killed.kill()
    time.sleep(chance.uniform(0, 0.2))
    paused.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    result = finish(asker)
    time.sleep(max(0.0, stopped + 1.5 * LEASE_SECONDS - time.monotonic()))
    before = by(paused, wrote)
    paused.send_signal(signal.SIGCONT)
    assert result == [[{"did": f"{c}.{n}", "fenced": True} for n in range(STEPS)] for c in range(CHILDREN)]
    if kind == "postgres":
        # Paused in the middle of a transaction, it finds that the server has ended that, and hears of nothing else.
        assert finish(paused, 4)["code"] in ("engine.lease-lost", "engine.database-failed")
    effects = names(wrote)
    assert set(effects) == {f"{c}.{n}" for c in range(CHILDREN) for n in range(STEPS)}
    doubled = [name for name, count in effects.items() if count > 1]
    assert set(doubled) <= {*by(killed, wrote), *before}, "only steps in flight when their process went run again"
    assert len(doubled) <= 2 * SLOTS
    (tmp_path / "stop").touch()
    # Temporal takes a worker that wakes up in again; its steps have gone to others all the same.
    gone = [killed, paused] if kind == "postgres" else [killed]
    others = [worker for worker in workers if worker not in gone]
    assert [finish(worker) for worker in others] == [None] * len(others)
    assert by(paused, wrote) == before, "who wakes up late writes nothing"


@pytest.mark.chaos
@pytest.mark.parametrize(("environment", "times"), [({}, 1), ({"LANESHIFT_TEST_NO_FENCE": "1"}, 2)])
def test_who_wakes_up_after_the_lease_cannot_write(
    start: Start, kind: str, tmp_path: Path, environment: dict[str, str], times: int
) -> None:
    """The second case is the seeded fault: without the check in the step, its effect is doubled."""
    began, wrote = Ledger(tmp_path / "began"), Ledger(tmp_path / "wrote")
    both = [start("guarded", **environment) for _ in range(2)]
    until(lambda: bool(began.lines()))
    owner = next(process for process in both if process.pid in pids(began))
    heir = next(process for process in both if process is not owner)
    owner.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    until(lambda: heir.pid in pids(began))
    if kind == "postgres":  # Temporal may hand the step to the paused process's open request a few times more
        assert time.monotonic() - stopped < LEASE_SECONDS * 5
    (tmp_path / "hurry").touch()
    assert finish(heir) == {"did": "effect", "fenced": True}
    owner.send_signal(signal.SIGCONT)
    # What it is told depends on what it sees first: that the work has ended, or that its lease has.
    _, err = owner.communicate(timeout=120)
    assert (owner.returncode in (0, 4), err) == (True, "")
    assert len(wrote.lines()) == times
    assert len(began.lines()) == 2


def test_a_worker_of_another_version_touches_nothing(start: Start, tmp_path: Path) -> None:
    began = Ledger(tmp_path / "began")
    asker = start("guarded")
    until(lambda: bool(began.lines()))
    refusal = finish(start("worker", LANESHIFT_TEST_VERSION="v2"), 2)
    assert (refusal["code"], refusal["where"]) == ("engine.other-version", "p")
    (tmp_path / "hurry").touch()
    assert finish(asker)["did"] == "effect"
    assert pids(began) == {asker.pid}
