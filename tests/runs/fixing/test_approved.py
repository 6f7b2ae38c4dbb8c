"""Where people have to approve, what was mended does not land under the signature that they gave before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from laneshift.cli.state_view import next_command
from laneshift.code.codemods.fix import fix_of
from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical
from laneshift.manifests.applying import apply
from laneshift.runs.fixing.attempts import key_of
from laneshift.runs.fixing.planning import plan_again
from laneshift.runs.plan import Plan
from laneshift.runs.plan_check import plan_faults
from laneshift.runs.run_steps import RunSteps
from laneshift.runs.workshop import Workshop
from tests.runs.fixing.scene import BATCH, FILE, ITEM, MENDED, failing_toy
from tests.toy import planned, shop_at

PEOPLE = '\n[approval]\npeople = ["ada@example.org"]\nsigners = "keys/signers"\n'
RUN = "run-1"


@pytest.fixture
def finished(tmp_path: Path) -> tuple[Workshop, Plan]:
    """An item that came through its steps with a fix, as the journal has it; the steps themselves are others' tests."""
    path = failing_toy(tmp_path / "repo", PEOPLE)
    plan = planned(path, BATCH)
    shop = shop_at(path)
    bare = apply(shop.repository.tree(plan.base), plan.item(ITEM).intent, plan.rules).tree
    fix = fix_of(shop.repository, bare, {FILE: MENDED.encode()}, "claude-code", "claude@example.org")
    run = f"{plan.id}/{RUN}"
    told = {"plan": plan.id, "item": ITEM, "attempt": 1, "agent": "claude-code", "step": "test"}
    ended = {**told, "outcome": "amended", "why": "", "fix": canonical(fix.as_json()).decode()}
    shop.journal.append(f"{key_of(run, ITEM, 1)}/began", "fix.began", told)
    shop.journal.append(f"{key_of(run, ITEM, 1)}/ended", "fix.ended", ended)
    notes = shop.store.put(canonical({"facts": {"commit": "", "evidence": "none"}, "seen": {}}))
    argument = {"run": run, "item": ITEM, "fix": 1, "tree": bare.oid, "notes": {"commit": notes}}
    assert RunSteps(shop, plan).finish(argument) == "held"
    assert RunSteps(shop, plan).finish(argument) == "held"
    return shop, plan


def test_it_is_held_and_the_next_command_plans_it_again_with_its_fix(finished: tuple[Workshop, Plan]) -> None:
    shop, plan = finished
    state = shop.state(plan)
    assert "claude-code mended it, and nobody approved of that" in state.items[ITEM].cause
    assert next_command(state) == f"laneshift agent fix {plan.id} --plan"
    assert state.item(ITEM).fix
    assert state.item(ITEM).intent_digest != plan.item(ITEM).intent_digest == state.item(ITEM).unfixed_digest
    again = plan_again(shop, plan)
    assert again.id != plan.id
    assert again.items == (state.item(ITEM),)
    assert plan_faults(again) == []
    assert shop.plans.load("batch") == again == Plan.from_json(again.as_json())
    assert next_command(shop.state(again)) == f"laneshift run {again.id}"
    with pytest.raises(Refused, match="no item of"):
        plan_again(shop, again)


@pytest.mark.parametrize("fix", ["{", '{"name":"fix"}', "[]"])
def test_a_plan_from_elsewhere_brings_no_fix_of_another_form(finished: tuple[Workshop, Plan], fix: str) -> None:
    shop, plan = finished
    good = shop.state(plan).item(ITEM)
    wider = good.fix.replace(FILE, "tests/test_where.py")
    for text in (fix, wider, f" {good.fix}"):
        assert plan_faults(replace(plan, items=(replace(good, fix=text),)))
    assert not plan_faults(replace(plan, items=(good,)))
