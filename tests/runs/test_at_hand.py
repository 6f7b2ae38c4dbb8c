"""What another clone made is computed again here, and is compared by its id before anything rests on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import NeedsPerson, Refused
from laneshift.repo.fetching import has
from laneshift.runs.at_hand import AtHand
from laneshift.runs.engine.port import Json
from laneshift.runs.item_steps import ItemSteps
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.plan import Plan
from laneshift.runs.trains import Trains
from laneshift.runs.workshop import Workshop
from tests.repo.builders import git_cli
from tests.toy import refs, shop_at

ITEM, STEPS = "labs.shapes", ("create_tests", "move", "update_imports", "integrate")


def hand_of(shop: Workshop, plan: Plan) -> tuple[AtHand, LandSteps, Trains]:
    trains = Trains(shop, plan)
    lands = LandSteps(shop, plan, trains)
    return AtHand(shop, plan, ItemSteps(shop, plan), lands, trains), lands, trains


@pytest.fixture
def bare_of_objects(mine: Path, tmp_path: Path) -> tuple[Workshop, Plan]:
    """A clone of the run toy that has its records and its base, and none of the trees that its run made."""
    path = tmp_path / "clone"
    git_cli(tmp_path, "clone", "-q", "--no-local", "--single-branch", "-b", "main", str(mine), "clone")
    git_cli(path, "config", "user.name", "Ada Planner")
    git_cli(path, "config", "user.email", "ada@example.org")
    (path / ".git/laneshift").mkdir()
    for name in ("plans", "evidence"):
        shutil.copytree(mine / ".git/laneshift" / name, path / ".git/laneshift" / name)
    shutil.copy(mine / ".git/laneshift/journal.sqlite", path / ".git/laneshift/journal.sqlite")
    shop = shop_at(path)
    return shop, shop.plans.load("batch")


def argument_of(step: Callable[[Callable[[Json], Json]], Callable[[Json], Json]], argument: Json) -> Any:
    return step(lambda given: given)(argument)


def test_every_tree_of_an_item_is_made_again(bare_of_objects: tuple[Workshop, Plan]) -> None:
    shop, plan = bare_of_objects
    ended = [record.facts for record in shop.journal.records(kind="step.ended")]
    trees = {facts["step"]: facts["tree"] for facts in ended if facts["item"] == ITEM}
    for step in STEPS:
        hand = hand_of(shop, plan)[0]
        assert argument_of(hand.for_item, {"item": ITEM, "tree": trees[step]})["tree"] == trees[step]
        assert has(shop.repository, trees[step])
    assert len({trees[step] for step in STEPS}) >= 3, "the stages differ, so each was made by itself"


def test_what_is_there_is_not_made_again(bare_of_objects: tuple[Workshop, Plan]) -> None:
    shop, plan = bare_of_objects
    given = {"item": "no such item", "tree": plan.base_tree}
    assert argument_of(hand_of(shop, plan)[0].for_item, given) == given


def test_a_machine_that_makes_another_tree_says_so(bare_of_objects: tuple[Workshop, Plan]) -> None:
    """The seeded fault: the machine before this one made something that the intent does not give."""
    shop, plan = bare_of_objects
    ran: list[Json] = []
    step = hand_of(shop, plan)[0].for_item(ran.append)
    with pytest.raises(NeedsPerson) as caught:
        step({"item": ITEM, "tree": "a" * 40})
    assert (caught.value.code, caught.value.where) == ("run.not-the-same", "a" * 40)
    assert "Python" in caught.value.cure
    assert ran == []


def test_a_train_and_its_revert_are_made_again(mine: Path, bare_of_objects: tuple[Workshop, Plan]) -> None:
    there = shop_at(mine)
    plan = there.plans.load("batch")
    _, lands, _ = hand_of(there, plan)
    where = {"key": f"{plan.id}/land-1", "round": 0, "check": False, "remote": ""}
    train = lands.combine({**where, "base": plan.base, "items": [ITEM, "labs.report"]})
    revert = lands.prepare_revert({**where, "train": train})

    shop, plan = bare_of_objects
    hand = hand_of(shop, plan)[0]
    given = {**where, "train": train, "revert": revert}
    assert not has(shop.repository, train["tip"])
    assert argument_of(hand.for_train, given) == given
    assert has(shop.repository, train["tip"])
    assert has(shop.repository, revert)

    for wrong in ({**given, "train": {**train, "tip": "b" * 40}}, {**given, "revert": "c" * 40}):
        with pytest.raises(NeedsPerson) as caught:
            argument_of(hand_of(shop, plan)[0].for_train, wrong)
        assert caught.value.code == "run.not-the-same"


def test_a_base_is_fetched_and_one_that_nobody_has_is_refused(
    mine: Path, bare_of_objects: tuple[Workshop, Plan]
) -> None:
    shop, plan = bare_of_objects
    before = refs(Path(shop.repository.git_dir))
    newer = git_cli(mine, "commit-tree", "-p", "main", "-m", "newer", "main^{tree}")
    hand = hand_of(shop, plan)[0]
    with pytest.raises(Refused):
        argument_of(hand.for_train, {"base": "d" * 40})
    git_cli(mine, "update-ref", "refs/heads/main", newer)
    assert argument_of(hand.for_train, {"base": newer}) == {"base": newer}
    assert has(shop.repository, newer)
    after = {
        name: oid for name, oid in refs(Path(shop.repository.git_dir)).items() if "/laneshift/remotes/" not in name
    }
    assert after == before
