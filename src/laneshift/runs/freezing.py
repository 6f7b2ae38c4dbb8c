"""A freeze: from its record on nothing lands in this repository, until a person thaws it. The way back stays open.

The order of the journal decides. A landing looks for a freeze before it records its intent and once more after: so one
whose intent was recorded before the freeze goes through, and `freeze` names it, and no other does.
"""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.errors import NeedsPerson, Refused
from laneshift.evidence.port import JournalPort
from laneshift.runs.paths import visible
from laneshift.runs.workshop import Workshop

FROZEN, THAWED = "landing.frozen", "landing.thawed"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Freeze:
    """A freeze on record. `key` is that of its record, `at` is Unix milliseconds."""

    key: str
    who: str
    at: int
    reason: str


def standing(journal: JournalPort) -> Freeze | None:
    """The freeze that holds now. Raises as the journal does."""
    frozen = journal.records(kind=FROZEN)
    if not frozen or journal.get(_thaw(frozen[-1].key)) is not None:
        return None
    last = frozen[-1]
    return Freeze(last.key, last.actor, last.at, str(last.facts["reason"]))


def freeze(shop: Workshop, who: str, reason: str) -> Freeze:
    """Stop every landing from now on; one that stands stays as it is. Raises `Refused` (`usage.no-reason`)."""
    _refuse_unreadable(reason)
    held = standing(shop.journal)
    if held is not None:
        return held
    key = f"freeze-{len(shop.journal.records(kind=FROZEN)) + 1}"
    made = shop.journal.append(key, FROZEN, {"reason": reason}, durable=True, actor=who)
    return Freeze(made.key, made.actor, made.at, str(made.facts["reason"]))


def thaw(shop: Workshop, who: str, reason: str) -> Freeze:
    """Let landings go on; the freeze that ended. Raises `Refused`: `freeze.none`, `usage.no-reason`."""
    _refuse_unreadable(reason)
    held = standing(shop.journal)
    if held is None:
        raise Refused("freeze.none", "nothing is frozen here", cure="laneshift status")
    shop.journal.append(_thaw(held.key), THAWED, {"freeze": held.key, "reason": reason}, durable=True, actor=who)
    return held


def refuse_frozen(shop: Workshop, batch: str) -> None:
    """Raise `NeedsPerson` (`land.frozen`) while a freeze stands."""
    held = standing(shop.journal)
    if held is not None:
        raise NeedsPerson(
            "land.frozen",
            f"landings are frozen, by {held.who}: {held.reason}",
            where=batch,
            why=f"{held.key} is on record; nothing is undone, and what is ready to land stays ready",
            cure='when it is safe again: laneshift thaw --why "REASON"; then land again',
        )


def on_their_way(shop: Workshop) -> list[str]:
    """The plans with a landing that has its intent on record and no observation yet: a freeze is too late for these."""
    observed = shop.journal.records(kind="land.observed")
    seen = {(record.key.partition("/observed/")[0], record.facts["new"]) for record in observed}
    intended = shop.journal.records(kind="land.intended")
    meant = {
        str(record.facts["plan"])
        for record in intended
        if (record.key.partition("/intended/")[0], record.facts["new"]) not in seen
    }
    states = [shop.state(shop.plans.load(plan)) for plan in sorted(meant)]
    return [state.plan.id for state in states if state.land is not None or state.doubt is not None]


def _thaw(key: str) -> str:
    return f"{key}/thawed"


def _refuse_unreadable(reason: str) -> None:
    if not reason.strip() or len(reason) > _LONGEST or visible(reason) != reason:
        raise Refused("usage.no-reason", f"a reason is one readable line of at most {_LONGEST} characters")
