"""Pauses between the stages of a run: when too many of the items that were done failed, a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from laneshift.errors import NeedsPerson, Refused
from laneshift.runs.paths import visible
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop

_DONE = frozenset({"ready-to-land", "landed", "verified", "held", "quarantined"})
_LONGEST = 500


def judged(state: BatchState) -> tuple[list[str], int]:
    """The items that failed, and how many were done, without those that a person let pass. In plan order."""
    found = [item.id for item in state.plan.items if item.to_run and item.id not in state.accepted]
    done = [item for item in found if state.items[item].state in _DONE]
    return [item for item in done if state.items[item].state == "quarantined"], len(done)


def lift(shop: Workshop, plan: Plan, state: BatchState, reason: str) -> None:
    """Record that a person lets the run go on in spite of what failed, and why.

    Raises `Refused`: `run.not-paused` when it is not paused, `usage.no-reason` for a reason that nobody can read.
    """
    if not reason.strip() or len(reason) > _LONGEST or visible(reason) != reason:
        raise Refused("usage.no-reason", f"a reason is one readable line of at most {_LONGEST} characters")
    if state.paused is None:
        raise Refused("run.not-paused", f"the run of {plan.id} is not paused", cure=f"laneshift run {plan.id}")
    facts = {"plan": plan.id, "reason": reason, "items": list(state.paused["items"])}
    shop.journal.append(f"{state.paused['key']}/lifted", "run.pause-lifted", facts, durable=True)


def paused(plan: Plan, facts: Mapping[str, Any]) -> NeedsPerson:
    """The error of a run that is paused; `facts` are those of `run.paused`."""
    return NeedsPerson(
        "run.paused",
        pause_line(facts),
        where=plan.id,
        why=f"more than the limit of {facts['limit']}; nothing is undone, and the rest of the items wait",
        cure=f'laneshift inspect {plan.id}; then laneshift run {plan.id} --go-on "REASON"',
    )


def pause_line(facts: Mapping[str, Any]) -> str:
    """One sentence on why the run is paused."""
    return f"paused after stage {facts['stage']}: {facts['failed']} of {facts['done']} item(s) failed"
