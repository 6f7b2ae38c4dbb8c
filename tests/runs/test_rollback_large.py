"""A rollback of 144 items, and its rehearsal: the prepared revert is one ref update, and deriving it takes seconds."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from laneshift.runs import working
from laneshift.runs.plan import Plan
from laneshift.runs.rehearsing import Rehearsed, rehearse
from laneshift.runs.rolling_back import RolledBack, roll_back
from laneshift.runs.workshop import Workshop
from tests.landed import landed
from tests.monorepo import CONFIG
from tests.repo.builders import commit_files, git_cli, repo_at
from tests.toy import copy_of, planned, refs, shop_at, tree_of, work_files

ITEMS = 144
Done = TypeVar("Done")


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


def timed(path: Path) -> tuple[RolledBack, float]:
    """Roll back, and the processor seconds that it took, git's included."""
    return _timed(path, roll_back)


def rehearsed(path: Path) -> tuple[Rehearsed, float]:
    """Rehearse it, and the processor seconds that it took, git's included."""
    return _timed(path, rehearse)


def _timed(path: Path, work: Callable[[Workshop, Plan], Done]) -> tuple[Done, float]:
    shop = shop_at(path)
    plan = shop.plans.load("batch")
    before = time.process_time_ns(), sum(_children())
    done = work(shop, plan)
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


def test_with_ten_commits_of_others_on_top_the_base_and_their_work_remain(template: Path, tmp_path: Path) -> None:
    path = copy_of(template, tmp_path / "repo")
    base = tree_of(path, f"main~{ITEMS}")
    commit_files(path, {"core/late.py": "from core.g0 import m0, m9\n"})
    pages = {f"docs/page{number}.md": f"page {number}\n" for number in range(9)}
    for page, text in pages.items():
        commit_files(path, {page: text})
    done, _ = timed(path)
    assert (len(done.items), done.base_tree, done.kept) == (ITEMS, base, 10)
    assert (path / "core/late.py").read_text() == "from labs import m0, m9\n"
    assert {page: (path / page).read_text() for page in pages} == pages
    git_cli(path, "rm", "-q", "-r", "core/late.py", "docs")
    assert git_cli(path, "write-tree") == base
    shop = shop_at(path)
    states = {item.state for item in working.state_of(shop, shop.plans.load("batch")).items.values()}
    assert states == {"ready-to-land"}


def test_its_rehearsal_takes_at_most_two_seconds_and_moves_nothing(template: Path, tmp_path: Path) -> None:
    path = copy_of(template, tmp_path / "repo")
    base, before = tree_of(path, f"main~{ITEMS}"), (refs(path), work_files(path))
    done, seconds = rehearsed(path)
    assert (done.landed, len(done.items), done.tree, done.base_tree, done.kept) == (True, ITEMS, base, base, 0)
    assert (refs(path), work_files(path)) == before
    assert seconds < 2.0
