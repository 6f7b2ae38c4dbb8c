"""What files say is the same in one process and in two, and a file that words explain is not parsed."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from laneshift.code.index import Index
from laneshift.code.index.coverage import coverage
from laneshift.lanes import beside as processes
from laneshift.lanes.beside import beside, is_worth_it
from laneshift.lanes.sources import sources
from laneshift.repo.objects import Repository
from laneshift.runs.lane_check import Atlases, look
from tests.lanes.ground import LANES, repository

MANY = {f"core/m{number}.py": f"import labs.a\nfrom core import m{number // 2}\nX = {number}\n" for number in range(60)}
ODD = {
    "core/calls.py": "import importlib\nimportlib.import_module('labs.a')\n",
    "core/broken.py": "if x: import labs.a\nprint 1\n",
    "core/shim.py": "from labs.a import X\n",
    "core/twice.py": "from labs.a import X\n",
    "labs/odd.py": "if x: import core.m1\n",
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return repository(tmp_path_factory.mktemp("sources") / "repo", {**MANY, **ODD})


def test_two_processes_say_what_one_says(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = repo.tree("HEAD")
    paths = [path for path in tree.entries if path.endswith(".py")]
    alone = sources(tree, Index.open(repo), paths)
    copies: list[int] = []
    fork = os.fork
    monkeypatch.setattr(processes, "_WORTH_IT", 1)
    monkeypatch.setattr(os, "fork", lambda: copies.append(1) or fork())
    # The runner of the tests may have threads of its own, which have no part in this.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert sources(tree, Index.open(repo, processes=2), paths) == alone
    assert len(copies) == 1
    assert {path for path, said in alone.items() if said.is_scanned} == {"core/broken.py"}
    assert {path for path, said in alone.items() if said.passes_on} >= {"core/shim.py", "core/twice.py"}


def test_work_of_a_copy_that_fails_is_for_the_caller() -> None:
    with beside(lambda: [1, ("two", None)]) as result:
        assert result() == [1, ("two", None)]
    with beside(lambda: 1 // 0) as result:
        assert result() is None
    with beside(lambda: os._exit(0)) as result:
        assert result() is None
    with beside(lambda: b"x" * 1_000_000):
        pass  # nobody waits for it, and it ends all the same


def test_a_process_is_copied_only_when_nothing_else_runs_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert is_worth_it(10_000, 2)
    assert not is_worth_it(10_000, 1)
    assert not is_worth_it(10, 2)
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not is_worth_it(10_000, 2)


def test_a_first_check_parses_only_what_words_leave_in_doubt(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {**MANY, **ODD})
    tree = repo.tree("HEAD")
    with Index.open(repo) as index:
        assert look(Atlases(index), tree, LANES).found
    known = coverage(repo, tree)
    assert 0 < known.known < 12 < len(MANY), known
