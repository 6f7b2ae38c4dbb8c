"""A queue that is cut: each train lands by its own green run, in order, and what one train meets stays its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import CheckFailed
from laneshift.runs import working
from laneshift.runs.engine.port import Context
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.train_cuts import TrainCuts
from laneshift.runs.train_workflow import land_trains
from laneshift.runs.working import Landing
from laneshift.runs.workshop import Workshop
from tests.repo.builders import commit_files, git_cli
from tests.toy import records, shop_at, tree_of, watched


class Script:
    """A context whose one step cuts trains of a fixed length."""

    def __init__(self, length: int) -> None:
        self.length = length

    async def step(self, name: str, argument: Any) -> Any:
        """The next cut."""
        assert name == "cut-train"
        return argument["items"][: self.length]


def landed_by(length: int, items: list[str], outcomes: dict[str, dict[str, Any]]) -> tuple[Any, list[list[str]]]:
    """The outcome of a queue, and the trains; `outcomes` are by the first item of a train, else it lands."""
    trains: list[list[str]] = []
    keys: list[str] = []

    async def one(_: Context, key: str, cut: list[str]) -> dict[str, Any]:
        trains.append(cut)
        keys.append(key)
        usual = {"result": "landed", "items": cut, "tip": f"tip-{len(trains)}"} if cut else {"result": "nothing"}
        return outcomes.get(cut[0] if cut else "", usual)

    outcome = asyncio.run(land_trains(cast("Context", Script(length)), "key", items, one))
    assert len(set(keys)) == len(keys)
    return outcome, trains


@given(st.integers(1, 9), st.integers(0, 30))
def test_every_item_is_in_one_train_and_in_order(length: int, count: int) -> None:
    items = [f"i{number}" for number in range(count)]
    outcome, trains = landed_by(length, items, {})
    assert [item for train in trains for item in train] == items
    assert outcome.get("items", []) == items
    assert outcome["result"] == ("landed" if items else "nothing")
    assert outcome.get("trains", 0) == -(-count // length)


def test_a_train_of_bad_items_does_not_keep_the_next_one() -> None:
    nothing = {"result": "nothing", "dropped": [["c", "gone"]]}
    outcome, trains = landed_by(2, list("abcdef"), {"c": nothing})
    assert (outcome["items"], outcome["tip"], outcome["dropped"]) == (list("abef"), "tip-3", [["c", "gone"]])
    assert trains == [["a", "b"], ["c", "d"], ["e", "f"]]


@pytest.mark.parametrize(
    "end", [{"result": "base-moved", "rounds": 5}, {"result": "landed", "items": ["c"], "behind": {"code": "x"}}]
)
def test_what_needs_a_person_ends_the_queue(end: dict[str, Any]) -> None:
    outcome, trains = landed_by(1, list("abcde"), {"c": end})
    assert trains == [["a"], ["b"], ["c"]]
    assert outcome["result"] == end["result"]
    assert outcome.get("behind") == end.get("behind")


def bad_times(path: Path) -> Workshop:
    """The shop of a repository whose last hundred items in trains were all bad."""
    shop = shop_at(path)
    for number in range(100):
        facts = {"plan": "other", "item": f"i{number}", "state": "held", "step": "land", "evidence": "sha256:0"}
        shop.journal.append(f"other/land-1/0/held/i{number}", "item.settled", facts)
    return shop


def test_each_train_lands_by_itself_and_a_failure_keeps_what_landed(mine: Path) -> None:
    shop = bad_times(mine)
    plan, base, suites = shop.plans.load("batch"), tree_of(mine), list[str]()
    assert TrainCuts(shop, plan).now().most == 2

    def heard(moment: str, tree: str, selection: Sequence[str]) -> None:
        if moment == "before" and not selection:
            suites.append(tree)
            if len(suites) == 2:
                raise CheckFailed("test.broken", "the machine broke in the second train")

    with pytest.raises(CheckFailed) as broken:
        working.land(watched(mine, heard), plan)
    assert broken.value.code == "test.broken"
    assert tree_of(mine) == suites[0] != base
    states = {item.id: item.state for item in working.state_of(shop, plan).items.values()}
    assert [states[f"labs.{name}"] for name in ("shapes", "report")] == ["landed"] * 2
    assert [states[f"labs.{name}"] for name in ("left", "right")] == ["ready-to-land"] * 2
    again = working.land(shop, plan)
    assert (again["items"], again["trains"]) == (["labs.left"], 1)
    held = working.state_of(shop, plan).items["labs.right"]
    assert held.cause.startswith("turns tests/test_pair.py::test_never_both red together with labs.left; ")
    assert [record.facts["items"] for record in records(mine, "train.cut")] == [2, 2, 2]
    assert [record.facts["items"] for record in records(mine, "land.recorded")] == [
        ["labs.shapes", "labs.report"],
        ["labs.left"],
    ]
    green = {record.facts["tree"] for record in records(mine, "suite.ran") if not record.facts["blamed"]}
    assert {record.facts["tree"] for record in records(mine, "land.recorded")} <= green
    assert git_cli(mine, "status", "--porcelain") == ""


def landed_in_two(path: Path, between: Callable[[], object] = lambda: None) -> Workshop:
    """Three items landed by two trains; `between` is called when the first has landed."""
    shop = bad_times(path)

    def heard(moment: str, tree: str, selection: Sequence[str]) -> None:
        if (
            moment == "before"
            and not selection
            and tree_of(path, "main") != tree_of(path, shop.plans.load("batch").base)
        ):
            between()

    done = working.land(watched(path, heard), shop.plans.load("batch"), Landing(THREE))
    assert done["trains"] == 2
    return shop


THREE = ("labs.shapes", "labs.report", "labs.left")


def test_a_rollback_takes_all_trains_of_a_landing_back_at_once(mine: Path) -> None:
    base, before = tree_of(mine), git_cli(mine, "rev-list", "--count", "main")
    shop = landed_in_two(mine)
    done = roll_back(shop, shop.plans.load("batch"))
    assert done.items == THREE
    assert done.tree == done.base_tree == base == tree_of(mine)
    assert int(git_cli(mine, "rev-list", "--count", "main")) == int(before) + len(THREE) + 1
    assert working.state_of(shop, shop.plans.load("batch")).landed is None
    again = working.land(shop, shop.plans.load("batch"), Landing(THREE))
    assert again["items"] == list(THREE)


def test_others_between_and_after_the_trains_are_kept(mine: Path) -> None:
    noted: list[str] = []

    def between() -> None:
        if not noted:
            noted.append(commit_files(mine, {"between.txt": "mine\n"}))

    base = tree_of(mine)
    shop = landed_in_two(mine, between)
    commit_files(mine, {"after.txt": "mine\n"})
    done = roll_back(shop, shop.plans.load("batch"))
    assert noted
    assert done.items == THREE
    assert git_cli(mine, "diff", "--name-only", base, "main").splitlines() == ["after.txt", "between.txt"]


def test_some_items_of_two_trains_are_taken_back_together(mine: Path) -> None:
    shop = landed_in_two(mine)
    plan = shop.plans.load("batch")
    done = roll_back(shop, plan, ["labs.left", "labs.shapes"])
    assert set(done.items) == {"labs.left", "labs.shapes"}
    standing = [landed["items"] for landed in working.state_of(shop, plan).standing]
    assert standing == [["labs.report"]]
    rest = roll_back(shop, plan)
    assert (rest.items, rest.tree) == (("labs.report",), tree_of(mine, plan.base))
