"""A rollback of 144 items: the prepared revert is one ref update, and deriving it again stays a matter of seconds."""

from __future__ import annotations

import resource
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from laneshift.code.commit_text import Provenance
from laneshift.evidence.canonical import digest
from laneshift.landing.revert import prepare
from laneshift.landing.swap import land
from laneshift.landing.train import Passenger, combine
from laneshift.repo.commits import Identity
from laneshift.runs import working
from laneshift.runs.plan import Plan
from laneshift.runs.rolling_back import RolledBack, roll_back
from laneshift.runs.settle_steps import SettleSteps
from tests.monorepo import CONFIG
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import copy_of, planned, shop_at, tree_of

ITEMS = 144


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository on which 144 moves have landed, each of a module that its neighbour imports."""
    path = tmp_path_factory.mktemp("large") / "repo"
    modules = {
        f"labs/m{number}.py": f"from labs import m{(number + 1) % ITEMS}\n\nV = {number}\n" for number in range(ITEMS)
    }
    repo_at(path, {"laneshift.toml": CONFIG, "labs/__init__.py": "", "core/__init__.py": "", **modules})
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    batch = "".join(f"labs.m{number}\tlabs/m{number}.py\tcore/g{number % 9}/m{number}.py\n" for number in range(ITEMS))
    landed(path, planned(path, batch))
    return path


def landed(path: Path, plan: Plan) -> None:
    """Land the whole plan, without the tests that a landing runs: how long these take is not the question here."""
    shop = shop_at(path)
    passengers = [Passenger(i.intent, i.lane, Provenance(i.intent_digest, digest(i.id), i.task)) for i in plan.items]
    author = Identity(plan.author_name, plan.author_email)
    train = combine(shop.repository, plan.base, passengers, plan.rules, author, plan.when, shop.index.mentions)
    assert len(train.items) == ITEMS
    revert = prepare(shop.repository, train, plan.batch, "core", author, plan.when)
    assert land(shop.repository, plan.target, train.base, train.tip, revert, plan.batch) == train.tip
    SettleSteps(shop, plan).record({"key": f"{plan.id}/land-1", "train": asdict(train), "revert": revert})


def timed(path: Path) -> tuple[RolledBack, float]:
    """Roll back, and the processor seconds that it took, git's included."""
    shop = shop_at(path)
    plan = shop.plans.load("batch")
    before = time.process_time_ns(), sum(_children())
    done = roll_back(shop, plan)
    return done, (time.process_time_ns() - before[0]) / 1e9 + sum(_children()) - before[1]


def _children() -> tuple[float, float]:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime, used.ru_stime


def test_the_prepared_revert_takes_at_most_two_seconds(template: Path, tmp_path: Path) -> None:
    path = copy_of(template, tmp_path / "repo")
    base = tree_of(path, f"main~{ITEMS}")
    done, seconds = timed(path)
    assert (len(done.items), done.tree, tree_of(path)) == (ITEMS, base, base)
    assert git_cli(path, "status", "--porcelain") == ""
    assert seconds < 2.0


def test_with_others_on_top_the_base_and_their_work_remain(template: Path, tmp_path: Path) -> None:
    path = copy_of(template, tmp_path / "repo")
    base = tree_of(path, f"main~{ITEMS}")
    commit_files(path, {"core/late.py": "from core.g0 import m0, m9\n", "notes.txt": "mine\n"})
    done, _ = timed(path)
    assert (len(done.items), done.base_tree, done.kept) == (ITEMS, base, 2)
    assert (path / "core/late.py").read_text() == "from labs import m0, m9\n"
    git_cli(path, "rm", "-q", "core/late.py", "notes.txt")
    assert git_cli(path, "write-tree") == base
    shop = shop_at(path)
    states = {item.state for item in working.state_of(shop, shop.plans.load("batch")).items.values()}
    assert states == {"ready-to-land"}
