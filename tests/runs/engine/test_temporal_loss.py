"""A Temporal server that is lost in the middle of a batch: it comes back with what it held, or it does not."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.runs.engine.port import Context, Json, Program
from laneshift.runs.engine.temporal_engine import TemporalEngine
from laneshift.runs.engine.temporal_server import Server
from tests.monorepo import BATCH
from tests.runs.engine import servers
from tests.runs.engine.clones import changes
from tests.runs.engine.driving import in_background, opened, until
from tests.toy import Done, environment, laneshift, records, toy, tree_of

pytestmark = pytest.mark.chaos

LEASE_SECONDS = 5.0
EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


@pytest.fixture
def server() -> Iterator[servers.TemporalServer]:
    """A server that keeps its workflows in a file."""
    with servers.temporal(1, file=True) as made:
        yield made


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The file that the suite of the batch waits for."""
    return tmp_path / "gate"


@pytest.fixture
def path(tmp_path: Path, gate: Path) -> Path:
    """The toy, with a test that waits for the gate."""
    made = toy(tmp_path / "repo", {**changes(gate), "laneshift.toml": without_remote(gate)})
    (made / ".git/batch.tsv").write_text(BATCH)
    return made


def env(server: servers.TemporalServer) -> dict[str, str]:
    return {
        **EPOCH,
        "LANESHIFT_ENGINE": f"temporal://{server.address}/test-0",
        "LANESHIFT_LEASE_SECONDS": str(LEASE_SECONDS),
    }


def shipping(path: Path, server: servers.TemporalServer) -> subprocess.Popen[str]:
    """`ship`, in the middle of its first item."""
    command = [sys.executable, "-m", "laneshift", "ship", ".git/batch.tsv", "-j", "2"]
    process = subprocess.Popen(
        command, cwd=path, env=environment(env(server)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until(
        lambda: (
            process.poll() is not None or any(r.facts["step"] == "create_tests" for r in records(path, "step.began"))
        ),
        120,
    )
    return process


def without_remote(gate: Path) -> str:
    return changes(gate)["laneshift.toml"].replace('remote = "origin"', 'remote = ""')


def ended(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=240)
    return Done(process.returncode, out, err)


def assert_landed_once(path: Path) -> None:
    landed = [record.facts["items"] for record in records(path, "land.recorded")]
    assert sorted(item for items in landed for item in items) == ["labs.report", "labs.shapes"]
    steps = [(record.facts["item"], record.facts["step"]) for record in records(path, "step.ended")]
    assert len(steps) == len(set(steps))
    assert tree_of(path, "main") != tree_of(path, "main~2")


def test_a_server_that_comes_back_goes_on_with_what_it_held(server: servers.TemporalServer) -> None:
    began, may_go_on = threading.Event(), threading.Event()

    def one(number: Json) -> Json:
        began.set()
        assert may_go_on.wait(300)
        return number

    async def several(context: Context, _: Json) -> Json:
        return [await context.step("one", number) for number in range(3)]

    program, at = Program({"all": several}, {"one": one}), Server(server.address, "test-0")
    with opened(lambda *_: TemporalEngine(at, program, 2, "v1", "loss", LEASE_SECONDS), program) as engine:
        engine.status("k")
        running, ended = in_background(lambda: engine.run("all", "k", None))
        assert began.wait(240)
        server.stop(signal.SIGKILL)
        may_go_on.set()
        server.start()
        running.join(120)
    # A machine that is slow to start the server may have waited for it for too long.
    if isinstance(ended[0], NeedsPerson):
        assert ended[0].code == "engine.server-failed"
        with opened(lambda *_: TemporalEngine(at, program, 2, "v1", "loss", LEASE_SECONDS), program) as engine:
            ended = [engine.run("all", "k", None)]
    assert ended == [[0, 1, 2]]


def test_a_server_that_stays_away_is_told_and_its_batch_resumed_when_it_is_back(
    path: Path, gate: Path, server: servers.TemporalServer
) -> None:
    process = shipping(path, server)
    server.stop(signal.SIGKILL)
    gate.touch()
    lost = ended(process)
    assert lost.code == 4, lost.out + lost.err
    told = lost.out + lost.err
    assert "engine.server-failed" in told
    assert server.address in told
    assert "laneshift resume" in told.partition("cure:")[2]
    assert not records(path, "ship.ended")
    assert not records(path, "land.recorded")
    server.start()
    resumed = laneshift(path, "resume", "--json", env=env(server))
    assert resumed.code == 0, resumed.out + resumed.err
    assert [record.facts["attempt"] for record in records(path, "ship.started")] == [1]
    assert_landed_once(path)
