"""Disk comes back, and nothing that cannot be made again goes with it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from laneshift import config
from laneshift.errors import CheckFailed
from laneshift.repo.pool import Pool
from laneshift.runs.doctor.reclaiming import reclaim
from laneshift.steps.runner import scratch
from laneshift.wiring import sandboxes
from laneshift.wiring.sandboxes import pools
from tests.cli.one_process import here
from tests.repo.builders import git_cli, repo_at

FILES = {"core/a.py": "A = 1\n", "big": "x" * 1_000_000}


def test_checkouts_that_nobody_uses_are_emptied_and_others_stay(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", FILES)
    tree = repository.tree("HEAD").oid
    git_cli(tmp_path / "repo", "branch", "laneshift/core/labs.a")
    kept = {"journal.sqlite": "records", "evidence/x": "said", "plans/p": "planned"}
    for name, text in kept.items():
        (repository.state_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (repository.state_dir / name).write_text(text)
    with Pool(repository, 1, "agents").checkout(tree), Pool(repository, 2).checkout(tree) as held:
        with Pool(repository, 2).checkout(tree) as other:
            (other.path / "left.txt").write_text("behind")
        done = here(["doctor", "--reclaim", "--json", "-C", str(tmp_path / "repo")])
        told = json.loads(done.out)
        assert (done.code, told["checkouts"], told["in_use"]) == (0, 1, 2)
        assert told["freed_bytes"] >= 1_000_000
        assert (held.path / "big").read_text() == FILES["big"]
        assert not other.path.exists()
    assert {name: (repository.state_dir / name).read_text() for name in kept} == kept
    assert "laneshift/core/labs.a" in git_cli(tmp_path / "repo", "branch")
    assert reclaim(pools(repository), tmp_path).checkouts == 2
    assert [path for pool in pools(repository) for path in pool.root.glob("*/")] == []


def test_folders_of_killed_runs_go(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", FILES)
    mine = scratch.make(tmp_path)
    ended = subprocess.Popen(["true"])
    ended.wait()
    theirs = mine.with_name(mine.name.replace(f"-{os.getpid()}-", f"-{ended.pid}-"))
    theirs.mkdir()
    assert (reclaim(pools(repository), tmp_path).left_behind, mine.exists(), theirs.exists()) == (1, True, False)


def test_what_cannot_go_is_told(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", FILES)
    (repository.state_dir / "pool" / "0").mkdir(parents=True)
    (repository.state_dir / "pool" / "0.lock").mkdir()
    with pytest.raises(CheckFailed) as caught:
        reclaim(pools(repository), tmp_path)
    assert (caught.value.code, caught.value.where) == ("pool.cannot-reclaim", str(repository.state_dir / "pool/0.lock"))


def test_the_pools_of_every_sandbox_are_known(tmp_path: Path) -> None:
    repository, settings = repo_at(tmp_path / "repo", FILES), config.Settings()
    for made in (sandboxes.for_tests, sandboxes.for_agents, sandboxes.timer):
        with made(repository, settings)._pool.checkout(repository.tree("HEAD").oid) as held:
            assert held.path.parent.parent in [pool.root for pool in pools(repository)]
