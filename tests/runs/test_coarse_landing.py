"""A suite that is one command: it is red or green as a whole, and culprits are found all the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.runs import working
from tests.repo.builders import commit_files
from tests.toy import QUICK, copy_of, planned, shop_at, toy, watched

NAMES = ("left", "other", "right")
BATCH = "".join(f"labs.{name}\tlabs/{name}.py\tcore/{name}.py\n" for name in NAMES)
CHECK = """\
import pathlib, sys
sys.exit(all(pathlib.Path('core', name).exists() for name in ('left.py', 'right.py')))
"""
FILES = {
    **{f"labs/{name}.py": f"NAME = '{name}'\n" for name in NAMES},
    "check.py": CHECK,
    "laneshift.toml": QUICK.replace("[tests]\n", '[tests]\ncommand = ["python", "check.py"]\n', 1),
}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, ready_toy: Path) -> Path:
    """Three items ready to land, two of which make the command red together. Take a copy before changing it."""
    path = toy(tmp_path_factory.mktemp("coarse") / "repo", FILES, warm=ready_toy)
    state = working.run(shop_at(path), planned(path, BATCH), workers=1)
    assert [item.state for item in state.items.values()] == ["ready-to-land"] * 3
    return path


def test_a_pair_that_makes_the_command_red_is_found(ready: Path, tmp_path: Path) -> None:
    path, runs = copy_of(ready, tmp_path / "repo"), list[Sequence[str]]()
    shop = watched(path, lambda moment, _, selection: runs.append(selection) if moment == "before" else None)
    plan = shop.plans.load("batch")
    outcome = working.land(shop, plan)
    assert outcome["items"] == ["labs.left", "labs.other"]
    assert (
        working.state_of(shop, plan).items["labs.right"].cause.startswith("turns command red together with labs.left")
    )


def test_a_command_that_is_red_on_the_base_shows_nothing(ready: Path, tmp_path: Path) -> None:
    path = copy_of(ready, tmp_path / "repo")
    commit_files(path, {"check.py": "import sys\nsys.exit(3)\n"})
    shop = shop_at(path)
    with pytest.raises(CheckFailed) as stopped:
        working.land(shop, shop.plans.load("batch"))
    assert stopped.value.code == "land.suite-broken"
    assert shop.journal.records(kind="land.recorded") == []
