"""Several bad items in one train: all are held after one red full run, and the next full run lands the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from laneshift.runs import working
from laneshift.runs.train_cuts import passengers
from laneshift.runs.working import Landing
from tests.chaos.test_kill_points import kill, resume
from tests.toy import copy_of, planned, records, shop_at, toy, tree_of, watched

NAMES = ("alone", "left", "other", "right")
BATCH = "# several bad\n" + "".join(f"labs.{name}\tlabs/{name}.py\tcore/{name}.py\n" for name in NAMES)

# The tests look for files, so that nothing leads to them and only a full run sees what they see.
_SEEN = "from pathlib import Path\n\n\ndef test_sees():\n    core = Path(__file__).resolve().parents[1] / 'core'\n"
FILES = {
    **{f"labs/{name}.py": f"NAME = '{name}'\n" for name in NAMES},
    "tests/test_one.py": _SEEN + "    assert not (core / 'alone.py').exists()\n",
    "tests/test_two.py": _SEEN + "    assert not (core / 'other.py').exists()\n",
    "tests/test_pair.py": _SEEN + "    assert not ((core / 'left.py').exists() and (core / 'right.py').exists())\n",
}
WHY = {
    "labs.alone": ["labs.alone"],
    "labs.other": ["labs.other"],
    "labs.right": ["labs.left", "labs.right"],
}
TESTS = {"labs.alone": "test_one", "labs.other": "test_two", "labs.right": "test_pair"}


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, ready_toy: Path) -> Path:
    """Four items ready to land, of which three cannot. Take a copy before changing it."""
    path = toy(tmp_path_factory.mktemp("several") / "repo", FILES, warm=ready_toy)
    working.run(shop_at(path), planned(path, BATCH), workers=1)
    return path


@pytest.fixture(scope="module")
def landed(several: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Sequence[str]]]:
    """The same after a landing, and the selection of every run of tests."""
    path, runs = copy_of(several, tmp_path_factory.mktemp("landed") / "repo"), list[Sequence[str]]()
    shop = watched(path, lambda moment, _, selection: runs.append(selection) if moment == "before" else None)
    outcome = working.land(shop, shop.plans.load("batch"))
    assert outcome["items"] == ["labs.left"]
    return path, runs


def test_three_bad_sets_cost_two_full_runs(landed: tuple[Path, list[Sequence[str]]]) -> None:
    path, runs = landed
    assert sum(not selection for selection in runs) == 2
    first, last = records(path, "suite.ran")
    assert len(first.facts["blamed"]) == 3
    assert (last.facts["blamed"], last.facts["tree"]) == ([], tree_of(path))


def test_small_runs_are_of_failing_tests_only(landed: tuple[Path, list[Sequence[str]]]) -> None:
    path, runs = landed
    blamed = set(records(path, "suite.ran")[0].facts["blamed"])
    assert {test for selection in runs for test in selection} == blamed


def test_each_hold_names_its_set_its_test_and_the_command_that_shows_it(
    landed: tuple[Path, list[Sequence[str]]],
) -> None:
    shop = shop_at(landed[0])
    items = working.state_of(shop, shop.plans.load("batch")).items
    assert {name for name, item in items.items() if item.state == "held"} == set(WHY)
    for name, members in WHY.items():
        told = json.loads(shop.store.get(items[name].evidence))
        test = f"tests/{TESTS[name]}.py::test_sees"
        assert (told["culprits"], told["blamed"]) == (members, [test])
        assert items[name].cause.startswith(f"turns {test} red")
        assert items[name].cause.endswith(" ".join(f"--only {each}" for each in members) + "` shows it")
    assert sorted(passengers(shop.journal.records())) == [False, True, True, True]


def test_the_command_of_a_later_hold_shows_it(several: Path, tmp_path: Path) -> None:
    shop = shop_at(copy_of(several, tmp_path / "repo"))
    shown = working.land(shop, shop.plans.load("batch"), Landing(("labs.other",), check=True))
    assert (shown["result"], shown["culprits"]) == ("red", ["labs.other"])


def test_a_landing_that_dies_between_two_holds_goes_on_to_the_same_end(
    several: Path, landed: tuple[Path, list[Sequence[str]]], tmp_path: Path
) -> None:
    path = copy_of(several, tmp_path / "repo")
    kill(path, "land", "after", "item.settled")
    assert [record.facts["state"] for record in records(path, "item.settled")].count("held") == 1
    assert [found.error for found in resume(path)] == [None]
    there, here = (working.state_of(shop, shop.plans.load("batch")) for shop in map(shop_at, (landed[0], path)))
    assert here.items == there.items
    assert tree_of(path) == tree_of(landed[0])
    assert len(records(path, "suite.ran")) == 2
