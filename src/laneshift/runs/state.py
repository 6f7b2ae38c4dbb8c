"""Where every item is, told from the journal alone. A pure fold: the same records give the same states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan, PlannedItem

DONE = frozenset({"ready-to-land", "landed", "verified", "already-done"})
ATTENTION = frozenset({"quarantined", "held", "refused"})

Facts = Mapping[str, Any]


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
    """One plan as its journal tells it.

    `canary`, `run`, `land`, `ship` and `rollback` are what was asked for and has not ended, None when nothing is.
    `report` is the last canary that ended; `paused` is why the run waits for a person, and `accepted` are failed items
    that a person let pass when a pause was lifted. `standing` are the landings that were not taken back, oldest first,
    each with the items that stand; `landings` are all. `behind` is the landing that the work trees have not followed
    yet. `pushes` are the pushes to a remote that no landing is recorded for, and `doubt` is the one of them of which
    nobody knows yet what became of it. `proposed` are the changes that wait for people to merge them. `audits` are the
    last ones of each item whose selection was audited. `waived` are the failures of gates that waivers let pass, by
    item. `amended` tells of items that were mended.
    """

    plan: Plan
    items: Mapping[str, ItemState]
    canary_attempt: int = 0
    run_attempt: int = 0
    land_attempt: int = 0
    ship_attempt: int = 0
    rollback_attempt: int = 0
    canary: Facts | None = None
    run: Facts | None = None
    land: Facts | None = None
    ship: Facts | None = None
    rollback: Facts | None = None
    behind: Facts | None = None
    doubt: Facts | None = None
    report: Facts | None = None
    paused: Facts | None = None
    accepted: frozenset[str] = frozenset()
    pushes: tuple[Facts, ...] = field(default=())
    proposed: tuple[Facts, ...] = field(default=())
    standing: tuple[Facts, ...] = field(default=())
    landings: tuple[Facts, ...] = field(default=())
    audits: Mapping[str, Facts] = field(default_factory=dict)
    waived: Mapping[str, Facts] = field(default_factory=dict)
    amended: Mapping[str, Facts] = field(default_factory=dict)

    def item(self, item_id: str) -> PlannedItem:
        """The item as it counts now: as planned, with the fix that brought it through its steps.

        Whoever lands, computes again or takes back an item asks here. Raises `Refused` when the plan has none.
        """
        planned, facts = self.plan.item(item_id), self.amended.get(item_id)
        return planned if facts is None else replace(planned, fix=str(facts["fix"]))

    @property
    def landed(self) -> Facts | None:
        """The last landing that stands."""
        return self.standing[-1] if self.standing else None

    @property
    def unfinished(self) -> list[str]:
        """What `resume` would take up."""
        parts = {"ship": self.ship, "canary": self.canary, "run": self.run, "land": self.land}
        parts |= {"rollback": self.rollback, "push": self.doubt, "work-tree": self.behind}
        return [name for name, facts in parts.items() if facts is not None]

    @property
    def begun(self) -> bool:
        """Whether something has not ended, or waits for a person with items left to land."""
        waits = self.report is not None or self.paused is not None
        return bool(self.unfinished) or (waits and bool(self.in_state("waiting", "ready-to-land")))

    def in_state(self, *states: str) -> list[str]:
        """Ids of the items that are in one of `states`, in plan order."""
        return [item.id for item in self.plan.items if self.items[item.id].state in states]

    def to_run(self) -> list[str]:
        """What a run would work on, in the order in which it takes them."""
        waiting = (item for item in self.plan.items if item.to_run and self.items[item.id].state == "waiting")
        return [item.id for item in sorted(waiting, key=lambda item: item.stage)]

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


def fold(plan: Plan, records: Iterable[Record], start: BatchState | None = None) -> BatchState:
    """The state of `plan` after `records`, which are in journal order; those of other plans are passed over.

    With `start`, that of an earlier fold, `records` are those that came after it.
    """
    items = {item.id: _initial(item) for item in plan.items} if start is None else dict(start.items)
    state = BatchState(plan, items) if start is None else replace(start, items=items)
    for record in records:
        facts = record.facts
        if facts.get("plan") != plan.id:
            continue
        if record.kind in _ITEM_KINDS:
            # In place: a copy of the items for each of thousands of records would cost more than all the rest.
            items[facts["item"]] = _ITEM_KINDS[record.kind](items[facts["item"]], facts)
        elif record.kind in _BATCH_KINDS:
            state = _BATCH_KINDS[record.kind](state, items, facts)
    return state


def _initial(item: PlannedItem) -> ItemState:
    return ItemState(item.id, "waiting" if item.to_run else item.status, cause=item.reason)


def _claimed(item: ItemState, _: Facts) -> ItemState:
    return replace(item, state="running", step="", cause="", evidence="")


def _stepped(item: ItemState, facts: Facts) -> ItemState:
    return replace(item, step=facts["step"]) if item.state == "running" else item


def _settled(item: ItemState, facts: Facts) -> ItemState:
    told = {name: facts.get(name, "") for name in ("step", "cause", "evidence")}
    return replace(item, state=facts["state"], commit=facts.get("commit", item.commit), **told)


_ITEM_KINDS: dict[str, Callable[[ItemState, Facts], ItemState]] = {
    "item.claimed": _claimed,
    "step.began": _stepped,
    "item.settled": _settled,
}

Items = dict[str, ItemState]


def _run_ended(state: BatchState, items: Items, _: Facts) -> BatchState:
    """What was still at work when the run ended is nobody's any more, so the next run takes it."""
    for item in [item for item in items.values() if item.state == "running"]:
        items[item.id] = replace(item, state="waiting", step="")
    return replace(state, run=None)


def _landed(state: BatchState, items: Items, facts: Facts) -> BatchState:
    for item in facts["items"]:
        items[item] = replace(items[item], state="landed", step="", cause="")
    pushes = tuple(push for push in state.pushes if push["new"] != facts["tip"])
    proposed = tuple(each for each in state.proposed if not set(each["items"]) <= set(facts["items"]))
    facts = {**facts, "attempt": state.land_attempt}
    landings, standing = (*state.landings, facts), (*state.standing, facts)
    state = replace(state, pushes=pushes, proposed=proposed)
    return replace(state, behind=facts, doubt=None, standing=standing, landings=landings)


def _pushing(state: BatchState, _: Items, facts: Facts) -> BatchState:
    """From here on a push to a remote may happen, or may have happened, until the remote was looked at."""
    if not facts.get("remote"):
        return state
    others = tuple(push for push in state.pushes if push["new"] != facts["new"])
    return replace(state, doubt=facts, pushes=(*others, facts))


def _observed(state: BatchState, _: Items, facts: Facts) -> BatchState:
    """What was seen to have landed is in doubt until it is recorded."""
    return state if facts["there"] == facts["new"] else replace(state, doubt=None)


def _proposed(state: BatchState, _: Items, facts: Facts) -> BatchState:
    """A branch has one change: the last one that was proposed for it."""
    others = tuple(each for each in state.proposed if each["branch"] != facts["branch"])
    return replace(state, proposed=(*others, facts))


def _not_proposed(state: BatchState, _: Items, facts: Facts) -> BatchState:
    gone = (facts["branch"], facts["key"])
    left = tuple(each for each in state.proposed if (each["branch"], each["key"]) != gone)
    return replace(state, proposed=left)


def _doubted(state: BatchState, _: Items, facts: Facts) -> BatchState:
    return replace(state, doubt=next((push for push in state.pushes if push["new"] == facts["new"]), None))


def _rolled_back(state: BatchState, items: Items, facts: Facts) -> BatchState:
    for item in facts["items"]:
        items[item] = replace(items[item], state="ready-to-land")
    return replace(state, rollback=None, standing=tuple(_without(state.standing, facts)))


def _without(standing: Iterable[Facts], facts: Facts) -> Iterator[Facts]:
    """What stands when the items of a rollback are gone: one that lost some is `reduced`, one without any falls."""
    gone = set(facts["items"])
    for landed in standing:
        left = [item for item in landed["items"] if item not in gone]
        if left:
            yield landed if len(left) == len(landed["items"]) else {**landed, "items": left, "reduced": True}


def _waived(state: BatchState, _: Items, facts: Facts) -> BatchState:
    return replace(state, waived={**state.waived, facts["item"]: facts})


def _amended(state: BatchState, _: Items, facts: Facts) -> BatchState:
    return replace(state, amended={**state.amended, facts["item"]: facts})


def _audited(state: BatchState, _: Items, facts: Facts) -> BatchState:
    return replace(state, audits={**state.audits, facts["item"]: facts})


def _lifted(state: BatchState, _: Items, facts: Facts) -> BatchState:
    return replace(state, paused=None, accepted=state.accepted | {*facts["items"]})


_BATCH_KINDS: dict[str, Callable[[BatchState, Items, Facts], BatchState]] = {
    "canary.started": lambda state, _, facts: replace(state, canary=facts, canary_attempt=facts["attempt"]),
    "canary.recorded": lambda state, _, facts: replace(state, report=facts),
    "canary.ended": lambda state, _, __: replace(state, canary=None),
    "run.paused": lambda state, _, facts: replace(state, paused=facts),
    "run.pause-lifted": _lifted,
    "run.started": lambda state, _, facts: replace(state, run=facts, run_attempt=facts["attempt"]),
    "run.ended": _run_ended,
    "land.started": lambda state, _, facts: replace(state, land=facts, land_attempt=facts["attempt"]),
    "land.ended": lambda state, _, __: replace(state, land=None),
    "land.intended": _pushing,
    "land.observed": _observed,
    "land.doubted": _doubted,
    "change.proposed": _proposed,
    "change.closed": _not_proposed,
    "change.merged": _not_proposed,
    "land.recorded": _landed,
    "land.followed": lambda state, _, __: replace(state, behind=None),
    "selection.audited": _audited,
    "gates.waived": _waived,
    "item.amended": _amended,
    "ship.started": lambda state, _, facts: replace(state, ship=facts, ship_attempt=facts["attempt"]),
    "ship.ended": lambda state, _, __: replace(state, ship=None),
    "rollback.intended": lambda state, _, facts: replace(state, rollback=facts, rollback_attempt=facts["attempt"]),
    "rollback.recorded": _rolled_back,
    "rollback.abandoned": lambda state, _, __: replace(state, rollback=None),
}
