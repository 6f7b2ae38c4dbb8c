"""What follows a landing: it is recorded with all that a replay needs, the work tree follows, item branches go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.errors import Bug
from laneshift.repo.ref_names import item_ref
from laneshift.repo.refs import delete, read
from laneshift.repo.worktree import fast_forward
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop


class SettleSteps:
    """The end of one plan's landing."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan

    def record(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """Record the observed landing, bring the work tree along, and delete the branches of what landed."""
        plan, train = self._plan, argument["train"]
        if read(self._shop.repository, plan.target) != train["tip"] and not self._is_recorded(argument):
            raise Bug("land.not-observed", f"{plan.target} does not hold {train['tip']}, so no landing is recorded")
        items = [coupled["item"] for coupled in train["items"]]
        facts = {
            "plan": plan.id,
            "batch": plan.batch,
            "target": plan.target,
            "base": train["base"],
            "base_tree": train["base_tree"],
            "tip": train["tip"],
            "tree": train["tree"],
            "revert": argument["revert"],
            "items": items,
            "trees": [{name: coupled[name] for name in ("item", "tree", "commit")} for coupled in train["items"]],
            "intents": [plan.item(item).intent.as_json() for item in items],
            "rules": {"roots": list(plan.rules.roots), "characterization_dir": plan.rules.characterization_dir},
        }
        record = self._shop.journal.append(self._key(argument), "land.recorded", facts, durable=True)
        fast_forward(self._shop.repository, plan.target, train["base"], train["tip"])
        for item in items:
            self._drop_branch(item)
        self._shop.report(Event("landed", f"{len(items)} item(s) on {plan.target}, tree {train['tree'][:12]}"))
        return {"result": "landed", "tip": record.facts["tip"], "tree": record.facts["tree"], "items": items}

    def _drop_branch(self, item: str) -> None:
        ref = item_ref(self._plan.batch, item)
        there = read(self._shop.repository, ref)
        if there is not None:
            delete(self._shop.repository, ref, there)

    def _is_recorded(self, argument: Mapping[str, Any]) -> bool:
        return self._shop.journal.get(self._key(argument)) is not None

    def _key(self, argument: Mapping[str, Any]) -> str:
        return f"{argument['key']}/recorded"
