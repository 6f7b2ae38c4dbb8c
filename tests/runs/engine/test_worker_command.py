"""`laneshift worker` on real servers: it finishes what the asker began, also when the asker is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from laneshift.runs.working import state_of
from tests import warm
from tests.chaos.dying import killed
from tests.monorepo import BATCH
from tests.runs.engine.driving import until
from tests.sweeps import swept
from tests.toy import environment, laneshift, records, shop_at, toy, tree_of
from tests.warm import Process

EPOCH = {"SOURCE_DATE_EPOCH": "1700000000", "LANESHIFT_LEASE_SECONDS": "8"}


def start(path: Path, env: dict[str, str], *arguments: str) -> Process:
    return warm.start("laneshift", arguments, path, environment(env))


def batch_at(path: Path) -> Path:
    toy(path)
    (path / ".git/batch.tsv").write_text(BATCH)
    return path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The tree that one process lands on SQLite."""
    path = batch_at(tmp_path_factory.mktemp("alone") / "repo")
    done = laneshift(path, "ship", ".git/batch.tsv", "-j", "2", env=EPOCH)
    assert done.code == 0, done.err
    return tree_of(path)


KINDS = swept(["postgres", "temporal"], ["postgres"])


@pytest.fixture(params=KINDS)
def shared(request: pytest.FixtureRequest) -> dict[str, str]:
    """The environment that names a shared engine."""
    if request.param == "postgres":
        return {**EPOCH, "LANESHIFT_DATABASE_URL": request.getfixturevalue("postgres_url").replace("+psycopg", "")}
    address, namespace = request.getfixturevalue("temporal_server"), request.getfixturevalue("temporal_namespace")
    return {**EPOCH, "LANESHIFT_ENGINE": f"temporal://{address}/{namespace}"}


def test_on_sqlite_there_is_nothing_to_join(tmp_path: Path) -> None:
    done = laneshift(toy(tmp_path / "repo"), "worker", "--json")
    assert (done.code, done.data["error"]["code"]) == (2, "engine.one-process")
    assert "LANESHIFT_DATABASE_URL" in done.data["error"]["cure"]


def test_a_bad_engine_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    bad = {"LANESHIFT_DATABASE_URL": "mysql://me:s3cr3t@host/runs"}
    done = laneshift(toy(tmp_path / "repo"), "worker", "--json", env=bad)
    assert (done.code, done.data["error"]["code"]) == (2, "engine.bad-url")
    assert "s3cr3t" not in done.out + done.err


_TERMINATED_WHILE_SEALING = """
import os, signal
from laneshift.cli import opened
opened.seal_or_tell = lambda shop: os.kill(os.getpid(), signal.SIGTERM)
from laneshift.__main__ import main
main()
"""


def test_a_worker_that_is_stopped_while_it_seals_still_tells_why_it_ended(tmp_path: Path) -> None:
    nowhere = environment({"LANESHIFT_DATABASE_URL": "postgresql://127.0.0.1:1/none"})
    command = [sys.executable, "-c", _TERMINATED_WHILE_SEALING, "worker", "no-such-plan"]
    path = toy(tmp_path / "repo")
    done = subprocess.run(command, check=False, cwd=path, env=nowhere, capture_output=True, text=True, timeout=120)
    assert (done.returncode, "no-such-plan" in done.stderr, "cure:" in done.stderr) == (2, True, True), done.stderr


@pytest.mark.chaos
def test_a_worker_finishes_and_lands_what_a_killed_asker_began(
    shared: dict[str, str], tmp_path: Path, undisturbed: str
) -> None:
    path = batch_at(tmp_path / "repo")
    assert laneshift(path, "plan", ".git/batch.tsv", env=shared).code == 0
    # By its own hand: to whoever kills it from here it may have done it all meanwhile.
    killed(path, "ship", "after", "step.began", shared)
    assert not records(path, "ship.ended")
    worker = start(path, shared, "worker", "--json")
    shop = shop_at(path)
    plan = shop.plans.newest()[0]
    until(lambda: not state_of(shop, plan).unfinished or worker.poll() is not None, 120)
    worker.terminate()
    out, err = worker.communicate(timeout=300)
    assert worker.returncode == 0, out + err
    assert json.loads(out)["joined"] == 1
    assert tree_of(path, "main") == undisturbed
    assert len({record.key for record in records(path, "step.ended")}) == len(records(path, "step.ended"))
    assert laneshift(path, "verify", "batch", env=shared).code == 0
