"""A step that is asked for again gives what is on record: nothing of the project runs, whatever it is given."""

from __future__ import annotations

from pathlib import Path

from laneshift.runs.item_steps import ItemSteps
from tests.toy import watched


def test_a_step_that_ended_is_not_done_again(mine: Path) -> None:
    heard: list[str] = []
    shop = watched(mine, lambda moment, tree, _: heard.append(f"{moment} {tree}"))
    plan = shop.plans.load("batch")
    run, before = f"{plan.id}/run-1", len(shop.journal.records())
    ended = next(r for r in shop.journal.records(kind="step.ended") if r.facts["step"] == "test")
    asked = {"run": run, "item": ended.facts["item"], "tree": "0" * 40, "notes": {}}
    told = ItemSteps(shop, plan).perform("test", asked)
    assert told == {name: ended.facts[name] for name in ("status", "summary", "tree", "notes", "log")}
    assert heard == []
    assert len(shop.journal.records()) == before
