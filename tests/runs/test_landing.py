"""Landing the toy: what lands, what is held and why, and that the same tree never needs its suite twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed, Refused
from laneshift.runs import working
from laneshift.runs.arguments import is_other, land_argument
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.trains import Trains
from laneshift.runs.working import Landing
from tests.repo.builders import commit_files, git_cli
from tests.toy import copy_of, records, refs, shop_at, tree_of, watched, work_files

PAIR_TEST = "tests/test_pair.py::test_never_both"


def state(path: Path) -> dict[str, str]:
    shop = shop_at(path)
    return {item.id: item.state for item in working.state_of(shop, shop.plans.load("batch")).items.values()}


def land(path: Path, **how: object) -> dict[str, object]:
    shop = shop_at(path)
    return working.land(shop, shop.plans.load("batch"), Landing(**how))  # type: ignore[arg-type]


def test_a_run_settles_every_item_once(ran: Path) -> None:
    assert state(ran) == {
        "labs.shapes": "ready-to-land",
        "labs.report": "ready-to-land",
        "labs.plugin": "quarantined",
        "labs.stays": "verified",
        "labs.left": "ready-to-land",
        "labs.right": "ready-to-land",
    }
    shop = shop_at(ran)
    plugin = working.state_of(shop, shop.plans.load("batch")).items["labs.plugin"]
    assert "tests/test_plugin.py" in plugin.cause
    assert plugin.step == "test"
    assert refs(ran)["refs/heads/laneshift/batch/labs.plugin"] == plugin.commit


@pytest.fixture(scope="module")
def landed(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """The toy with everything landed that can be, and how that ended. Take a copy before changing it."""
    path = copy_of(ran, tmp_path_factory.mktemp("landed") / "repo")
    return path, land(path)


def test_what_is_red_together_is_found_and_the_rest_lands(ran: Path, landed: tuple[Path, dict[str, object]]) -> None:
    base, (mine, outcome) = tree_of(ran), landed
    assert outcome["items"] == ["labs.shapes", "labs.report", "labs.left"]
    shop = shop_at(mine)
    held = working.state_of(shop, shop.plans.load("batch")).items["labs.right"]
    assert held.state == "held"
    assert held.cause.startswith(f"turns {PAIR_TEST} red together with labs.left; ")
    first, last = records(mine, "suite.ran")
    assert first.facts["blamed"] == [PAIR_TEST]
    assert first.facts["flaky"] == ["tests/test_flaky.py::test_comes_and_goes"]
    for suite in (first, last):
        assert suite.facts["on_base"] == ["tests/test_red.py::test_red_on_the_base"]
    assert last.facts["blamed"] == []
    assert last.facts["tree"] == outcome["tree"] == tree_of(mine)
    assert git_cli(mine, "status", "--porcelain") == ""
    assert work_files(mine).keys() == {*git_cli(mine, "ls-files").splitlines()}
    left = {name for name in refs(mine) if name.startswith("refs/heads/laneshift/")}
    assert left == {f"refs/heads/laneshift/batch/labs.{name}" for name in ("plugin", "right")}
    assert tree_of(mine, "HEAD~3") == base


def test_a_clone_after_a_landing_is_whole_and_has_the_history(mine: Path, tmp_path: Path) -> None:
    land(mine, only=("labs.shapes",))
    git_cli(tmp_path, "clone", "-q", "--no-local", str(mine), "clone")
    clone = tmp_path / "clone"
    assert git_cli(clone, "fsck", "--full", "--strict", "--no-dangling") == ""
    assert git_cli(clone, "log", "--format=%s", "--follow", "core/geometry/shapes.py").splitlines() == [
        "refactor(core): move labs.shapes to core/geometry",
        "initial",
    ]


def test_the_command_of_a_held_item_shows_why(mine: Path) -> None:
    before = working_cause_command(mine)
    assert before["result"] == "red"
    assert before["culprits"] == ["labs.left", "labs.right"]
    assert before["blamed"] == [PAIR_TEST]
    assert set(state(mine).values()) == {"ready-to-land", "quarantined", "verified"}


def working_cause_command(path: Path) -> dict[str, object]:
    return land(path, only=("labs.left", "labs.right"), check=True)


def test_the_command_works_after_the_others_landed(landed: tuple[Path, dict[str, object]], tmp_path: Path) -> None:
    mine = copy_of(landed[0], tmp_path / "repo")
    assert working_cause_command(mine)["culprits"] == ["labs.right"]
    assert state(mine)["labs.right"] == "held"


def test_back_and_forth_gives_the_same_trees_without_a_second_suite(mine: Path) -> None:
    base, first = tree_of(mine), land(mine, only=("labs.shapes", "labs.report"))
    back = roll_back(shop_at(mine), shop_at(mine).plans.load("batch"))
    assert back.tree == base == tree_of(mine)
    assert git_cli(mine, "status", "--porcelain") == ""
    suites: list[str] = []
    shop = watched(mine, lambda moment, tree, _: suites.append(tree))
    again = working.land(shop, shop.plans.load("batch"), Landing(("labs.shapes", "labs.report")))
    assert again["tree"] == first["tree"] == tree_of(mine)
    assert suites == []


def test_two_landings_are_taken_back_one_after_the_other(mine: Path) -> None:
    base = tree_of(mine)
    between = land(mine, only=("labs.shapes",))["tree"]
    land(mine, only=("labs.report",))
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    assert roll_back(shop, plan).tree == between == tree_of(mine)
    assert state(mine)["labs.shapes"] == "landed"
    assert roll_back(shop, plan).tree == base == tree_of(mine)
    with pytest.raises(Refused) as nothing:
        roll_back(shop, plan)
    assert nothing.value.code == "rollback.not-landed"


def test_a_new_importer_on_the_target_is_rewritten_too(mine: Path) -> None:
    changes = {
        "labs/late.py": "from labs.shapes import area\n\nAREA = area(1)\n",
        "tests/test_late.py": "from labs.late import AREA\n\n\ndef test_late():\n    assert AREA > 3\n",
    }
    moved = commit_files(mine, changes)
    outcome = land(mine, only=("labs.shapes",))
    assert (mine / "labs/late.py").read_text() == "from core.geometry.shapes import area\n\nAREA = area(1)\n"
    assert git_cli(mine, "rev-parse", "HEAD^") == moved
    last = records(mine, "suite.ran")[-1]
    assert last.facts["tree"] == outcome["tree"]


def test_an_item_that_the_target_forbids_by_now_is_held(mine: Path) -> None:
    commit_files(mine, {"core/report.py": "TAKEN = True\n"})
    outcome = land(mine, only=("labs.shapes", "labs.report"))
    assert outcome["items"] == ["labs.shapes"]
    shop = shop_at(mine)
    held = working.state_of(shop, shop.plans.load("batch")).items["labs.report"]
    assert held.state == "held"
    assert "core/report.py" in held.cause


def test_a_target_that_moves_before_the_swap_is_tested_again(mine: Path) -> None:
    suites: list[str] = []

    def heard(moment: str, tree: str, selection: Sequence[str]) -> None:
        if moment == "after" and not selection:
            suites.append(tree)
            if len(suites) == 1:
                commit_files(mine, {"notes.txt": "someone else was here\n"})

    shop = watched(mine, heard)
    outcome = working.land(shop, shop.plans.load("batch"), Landing(("labs.shapes",)))
    assert len(suites) == 2
    assert outcome["tree"] == suites[1] == tree_of(mine)
    assert (mine / "notes.txt").read_text() == "someone else was here\n"
    assert [record.facts["there"] == record.facts["new"] for record in records(mine, "land.observed")] == [False, True]


def test_a_target_that_never_rests_stops_it_and_names_what_got_in_between(mine: Path) -> None:
    count = 0

    def heard(moment: str, tree: str, selection: Sequence[str]) -> None:
        nonlocal count
        if moment == "after" and not selection:
            count += 1
            commit_files(mine, {"notes.txt": f"{count}\n"})

    shop = watched(mine, heard)
    with pytest.raises(CheckFailed) as stopped:
        working.land(shop, shop.plans.load("batch"), Landing(("labs.left",)))
    assert stopped.value.code == "land.base-moves"
    assert [fault.where for fault in stopped.value.faults] == git_cli(mine, "log", "--format=%H", "-5").splitlines()
    assert {fault.what for fault in stopped.value.faults} == {"change (Builder)"}
    assert git_cli(mine, "log", "--format=%s").splitlines() == [*["change"] * 5, "initial"]
    assert state(mine)["labs.left"] == "ready-to-land"
    assert not records(mine, "land.recorded")


def test_only_what_is_ready_can_be_asked_for(mine: Path) -> None:
    for item in ("labs.plugin", "labs.stays", "labs.nothing"):
        with pytest.raises(Refused) as refused:
            land(mine, only=(item, "labs.left"))
        assert refused.value.code == "land.not-ready"
        assert refused.value.what == f"not ready to land: {item}"
        told = state(mine).get(item)
        assert refused.value.why == (f"{item} is {told}" if told else f"the batch has no item {item}")
    assert not records(mine, "land.started")


@pytest.mark.parametrize(
    ("begun", "wanted"),
    [
        (Landing(("labs.left",)), Landing(check=True)),
        (Landing(("labs.left",), check=True), Landing()),
        (Landing(("labs.left",)), Landing(("labs.shapes",))),
        (Landing(("labs.left",)), Landing(("labs.left",), remote="origin")),
    ],
    ids=["a check", "a landing", "other items", "another remote"],
)
def test_what_was_begun_is_never_ended_for_somebody_who_asks_for_something_else(
    mine: Path, begun: Landing, wanted: Landing
) -> None:
    shop, before = shop_at(mine), refs(mine)
    plan = shop.plans.load("batch")
    argument = land_argument(shop, plan, working.state_of(shop, plan), begun)
    LandSteps(shop, plan, Trains(shop, plan)).started(argument)
    with pytest.raises(Refused) as refused:
        working.land(shop, plan, wanted)
    assert (refused.value.code, refused.value.cure) == ("run.unfinished", "laneshift resume")
    assert refs(mine) == before
    assert not is_other(argument, begun)
    assert not is_other(argument, Landing(check=begun.check))
