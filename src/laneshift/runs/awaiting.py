"""Whether a batch waits for a person's approval, and what brings it there."""

from __future__ import annotations

from laneshift.rollout.approval import Policy
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop


def unapproved(shop: Workshop, state: BatchState) -> str:
    """The verb that a plan needs before it may run or land, or "". Whether an approval counts is not judged."""
    if not needs_approval(shop, state.plan):
        return ""
    if state.report is None or not state.report["ok"]:
        return "canary"
    kinds = ("approval.given", "approval.automatic")
    found = any(shop.journal.records(kind=kind, prefix=f"{state.plan.id}/") for kind in kinds)
    return "" if found else "approve"


def needs_approval(shop: Workshop, plan: Plan) -> bool:
    """Whether the settings of the plan's base ask for a person."""
    return Policy.of(shop.settings(shop.repository.tree(plan.base))).required
