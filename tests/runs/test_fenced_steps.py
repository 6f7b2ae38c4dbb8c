"""A process that was replaced while a step was at work neither lands nor writes what it found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from laneshift.runs.engine.fence import Fence, LeaseLost
from laneshift.runs.engine.work import Work
from laneshift.runs.item_steps import ItemSteps
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.trains import Trains
from laneshift.runs.workshop import Workshop
from tests.remote import MAIN, at, marks
from tests.runs.remote_toy import ITEMS, with_remote
from tests.toy import records, refs, shop_at


def behind_fence(step: Callable[[Any], Any], argument: Any, asked: int) -> Any:
    """Do the step as an engine does, with a lease that is lost when it is looked at for the `asked` th time."""
    looks = 0

    def check() -> None:
        nonlocal looks
        looks += 1
        if looks >= asked:
            raise LeaseLost("somebody else has the work")

    return asyncio.run(Work(1, Fence(7, check)).light("step", step, argument))


def swap_of(shop: Workshop, remote: str) -> tuple[Callable[[Any], Any], dict[str, Any]]:
    """The step that moves the target, and its argument."""
    plan = shop.plans.load("batch")
    steps = LandSteps(shop, plan, Trains(shop, plan))
    where = {"key": f"{plan.id}/land-9", "round": 0, "check": False, "remote": remote}
    train = steps.combine({**where, "base": steps.target_tip(where), "items": ITEMS})
    return steps.swap, {**where, "train": train, "revert": steps.prepare_revert({**where, "train": train})}


@pytest.mark.parametrize("remote", ["", "origin"])
def test_a_fenced_worker_does_not_land(ready_toy: Path, tmp_path: Path, remote: str) -> None:
    mine, bare = with_remote(ready_toy, tmp_path)
    base = at(bare)
    swap, argument = swap_of(shop_at(mine), remote)
    with pytest.raises(LeaseLost):
        behind_fence(swap, argument, asked=2)
    assert (at(bare), refs(mine)[MAIN], marks(bare)) == (base, base, {})
    assert not records(mine, "land.observed")
    tip = argument["train"]["tip"]
    assert behind_fence(swap, argument, asked=99) == tip
    assert (at(bare) if remote else refs(mine)[MAIN]) == tip


def test_a_fenced_worker_writes_no_result_of_an_item(ready_toy: Path, tmp_path: Path) -> None:
    mine, _ = with_remote(ready_toy, tmp_path)
    shop = shop_at(mine)
    plan = shop.plans.load("batch")
    before = len(records(mine, "step.ended"))
    argument = {"run": f"{plan.id}/run-9", "item": ITEMS[0], "tree": plan.base_tree, "notes": {}}

    def step(given: Any) -> Any:
        return ItemSteps(shop, plan).perform("check_deps", given)

    with pytest.raises(LeaseLost):
        behind_fence(step, argument, asked=2)
    assert len(records(mine, "step.ended")) == before
    assert behind_fence(step, argument, asked=99)["status"] == "passed"
    assert len(records(mine, "step.ended")) == before + 1
