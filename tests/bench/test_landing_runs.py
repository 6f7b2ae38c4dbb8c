"""The landing bench on real repositories: what is planted turns suites red, runs are counted, bash lands as it does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from os import environ
from pathlib import Path

import pytest

from bench.landing import bash
from bench.landing.cells import Cell, Worth, worth
from bench.landing.counting import Counted, Pipe, counted, listening
from bench.landing.ground import Ground, plant
from bench.landing.mergetrain import ENVIRONMENT, GATE
from bench.landing.place import copy, new_repository
from bench.landing.timing import Spent
from bench.landing.toy import SUITE, files, module
from corpus.project import run

ITEMS = 3
PAIR = Cell("pair at the ends", ITEMS, ((0, 2),))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A base, and a branch for each move, made by hand."""
    folder = tmp_path_factory.mktemp("ground").resolve()
    state = folder / "state"
    state.mkdir()
    made = new_repository(folder / "repo", files(ITEMS, state))
    base = run(made, "rev-parse", "HEAD").strip()
    for number in range(ITEMS):
        name = module(number)
        run(made, "checkout", "-q", "-B", f"work/{name}", base)
        run(made, "mv", f"labs/{name}.py", f"core/{name}.py")
        user = made / f"app/use_{name}.py"
        user.write_text(user.read_text().replace("labs.", "core."))
        run(made, "commit", "-q", "-a", "-m", f"move {name}")
    run(made, "checkout", "-q", "main")
    run(folder, "clone", "-q", "--bare", str(made), str(folder / "origin.git"))
    return Ground(ITEMS, state, made, made, folder / "origin.git", base, Spent(), Counted())


@pytest.fixture
def pipe(ground: Ground) -> Iterator[Pipe]:
    with listening(ground.state) as opened:
        yield opened


def suite(ground: Ground, path: Path, *words: str) -> bool:
    """Whether the suite is green in a checkout."""
    gate = [sys.executable, *GATE[1:-1], *(words or GATE[-1:])]
    return (
        subprocess.run(gate, cwd=path, env={**environ, **ENVIRONMENT}, capture_output=True, check=False).returncode == 0
    )


def test_sessions_are_told_whole_or_small_and_a_flake_is_red_once(ground: Ground, pipe: Pipe) -> None:
    plant(ground.state, Cell("flake", ITEMS, flake=True), 0.0)
    assert [suite(ground, ground.planned) for _ in range(2)] == [False, True]
    assert counted(pipe.taken(), ITEMS) == Counted(2, 0, 2.0)
    assert suite(ground, ground.planned, f"{SUITE}/test_m001.py")
    assert counted(pipe.taken(), ITEMS) == Counted(0, 1, pytest.approx(1 / 3))
    assert pipe.taken() == []


def test_a_bad_item_that_its_own_test_sees_is_red_when_it_moved(ground: Ground, pipe: Pipe, tmp_path: Path) -> None:
    plant(ground.state, Cell("1 bad", ITEMS, ((1,),), alone=True), 0.0)
    moved = copy(ground.planned, tmp_path / "moved")
    assert suite(ground, moved, f"{SUITE}/test_m001.py")
    run(moved, "checkout", "-q", "work/m001")
    assert not suite(ground, moved, f"{SUITE}/test_m001.py")
    assert counted(pipe.taken(), ITEMS).small == 2


def test_one_after_the_other_holds_the_later_of_a_pair(ground: Ground, pipe: Pipe, tmp_path: Path) -> None:
    plant(ground.state, PAIR, 0.0)
    result = bash.land(ground, tmp_path / "serial", pipe, parallel=False)
    assert result.landed == {0, 1}
    assert worth(PAIR, result.landed, result.named) == Worth(0, 0, exact=False)
    assert result.counted == Counted(3, 0, 3.0)
    assert result.spent.cpu > 0


def test_branches_that_are_tested_alone_land_a_red_pair(ground: Ground, pipe: Pipe, tmp_path: Path) -> None:
    plant(ground.state, PAIR, 0.0)
    result = bash.land(ground, tmp_path / "parallel", pipe, parallel=True)
    assert result.landed == {0, 1, 2}
    assert worth(PAIR, result.landed, result.named) == Worth(1, 0, exact=False)
    assert result.counted == Counted(3, 0, 3.0)
