"""Where every item is, told from the journal alone. A pure fold: the same records give the same states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan, PlannedItem

DONE = frozenset({"ready-to-land", "landed", "verified", "already-done"})
ATTENTION = frozenset({"quarantined", "held", "refused"})


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item. `state`: waiting, running, ready-to-land, landed, verified, already-done, refused,
    quarantined or held.
    """

    id: str
    state: str
    step: str = ""
    cause: str = ""
    evidence: str = ""
    commit: str = ""


@dataclass(frozen=True)
class BatchState:
    """One plan as its journal tells it."""

    plan: Plan
    items: Mapping[str, ItemState]
    run_attempt: int = 0
    run_open: bool = False
    land_attempt: int = 0
    land_open: bool = False
    ship_open: str = ""
    landed: Mapping[str, Any] | None = None
    landings: tuple[Mapping[str, Any], ...] = field(default=())

    def in_state(self, *states: str) -> list[str]:
        """Ids of the items that are in one of `states`, in plan order."""
        return [item.id for item in self.plan.items if self.items[item.id].state in states]

    def to_run(self) -> list[str]:
        """What a run would work on, in the order in which it takes them."""
        return [item.id for item in self.plan.items if item.to_run and self.items[item.id].state == "waiting"]

    def counts(self) -> dict[str, int]:
        """Total, done, running, waiting and attention; the last four add up to the first."""
        states = [item.state for item in self.items.values()]
        done, attention = sum(s in DONE for s in states), sum(s in ATTENTION for s in states)
        running = states.count("running")
        return {
            "total": len(states),
            "done": done,
            "running": running,
            "waiting": len(states) - done - attention - running,
            "attention": attention,
        }


def fold(plan: Plan, records: Iterable[Record]) -> BatchState:
    """The state of `plan` after `records`, which are in journal order; those of other plans are passed over."""
    state = BatchState(plan, {item.id: _initial(item) for item in plan.items})
    for record in records:
        facts = record.facts
        if facts.get("plan") != plan.id:
            continue
        state = _ITEM_KINDS[record.kind](state, facts) if record.kind in _ITEM_KINDS else _batch(state, record)
    return state


def _initial(item: PlannedItem) -> ItemState:
    first = "waiting" if item.to_run else item.status
    return ItemState(item.id, first, cause=item.reason)


def _set(batch: BatchState, item: str, **changes: Any) -> BatchState:
    return replace(batch, items={**batch.items, item: replace(batch.items[item], **changes)})


def _claimed(state: BatchState, facts: Mapping[str, Any]) -> BatchState:
    return _set(state, facts["item"], state="running", step="", cause="", evidence="")


def _stepped(state: BatchState, facts: Mapping[str, Any]) -> BatchState:
    return _set(state, facts["item"], step=facts["step"])


def _settled(state: BatchState, facts: Mapping[str, Any]) -> BatchState:
    return _set(
        state,
        facts["item"],
        state=facts["state"],
        step=facts.get("step", ""),
        cause=facts.get("cause", ""),
        evidence=facts.get("evidence", ""),
        commit=facts.get("commit", ""),
    )


def _batch(state: BatchState, record: Record) -> BatchState:
    facts, kind = record.facts, record.kind
    if kind == "run.started":
        return replace(state, run_attempt=facts["attempt"], run_open=True)
    if kind == "run.ended":
        return replace(state, run_open=False)
    if kind == "land.started":
        return replace(state, land_attempt=facts["attempt"], land_open=True)
    if kind == "land.ended":
        return replace(state, land_open=False)
    if kind == "ship.started":
        return replace(state, ship_open=facts["key"])
    if kind == "ship.ended":
        return replace(state, ship_open="")
    if kind == "land.recorded":
        landed = {item: replace(state.items[item], state="landed") for item in facts["items"]}
        return replace(state, items={**state.items, **landed}, landed=facts, landings=(*state.landings, facts))
    if kind == "rollback.recorded":
        back = {item: replace(state.items[item], state="ready-to-land") for item in facts["items"]}
        return replace(state, items={**state.items, **back}, landed=None)
    return state


_ITEM_KINDS = {
    "item.claimed": _claimed,
    "step.began": _stepped,
    "item.settled": _settled,
    "item.requeued": _settled,
}
