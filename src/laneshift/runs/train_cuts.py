"""The step that cuts the next train off what waits, and the journal's word on how items in trains fared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from laneshift.errors import Refused
from laneshift.evidence.records import Record
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.train_size import TrainSize, train_size
from laneshift.runs.waiting_for import waits_of, whole_circles
from laneshift.runs.workshop import Workshop


class TrainCuts:
    """The trains of one plan, by size. What other batches of the repository went through counts too."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan

    def now(self) -> TrainSize:
        """The size that a train has now, by the settings of the plan's base and by the journal."""
        return train_size(_setting(self._shop, self._plan), passengers(_about_trains(self._shop)))

    def cut(self, argument: Mapping[str, Any]) -> list[str]:
        """The items of the next train. Argument: {key, number, items}; the first cut of a number stands."""
        size = self.now()
        queue = list(argument["items"])
        chosen = whole_circles(queue, len(size.cut(queue)), waits_of(self._shop, self._plan, queue))
        facts = {
            "plan": self._plan.id,
            "items": len(chosen),
            "waiting": len(argument["items"]) - len(chosen),
            "most": size.most,
            "seen": size.seen,
            "bad": size.bad,
            "fixed": size.fixed,
        }
        record = self._shop.journal.append(f"{argument['key']}/cut/{argument['number']}", "train.cut", facts)
        if record.facts["waiting"]:
            self._shop.report(Event("land", f"a train of {record.facts['items']} item(s): {size.why}"))
        return list(argument["items"][: record.facts["items"]])


def passengers(records: Iterable[Record]) -> list[bool]:
    """Of each item that was in a train, in the order of the journal, whether it was bad.

    An item that landed was good, one that was held as a culprit was bad. One that the target did not allow any more
    was in no train, so it counts as neither; its hold has no evidence, as that of a culprit has.
    """
    found: list[bool] = []
    for record in records:
        facts = record.facts
        if record.kind == "land.recorded":
            found += [False] * len(facts["items"])
        elif record.kind == "item.settled" and facts["state"] == "held" and facts.get("evidence"):
            found.append(True)
    return found


def train_sizes(shop: Workshop, plans: Iterable[Plan]) -> list[TrainSize | None]:
    """The size that a train of each plan would have now; None where the settings of its base cannot be read."""
    history = passengers(_about_trains(shop))
    found: list[TrainSize | None] = []
    for plan in plans:
        try:
            found.append(train_size(_setting(shop, plan), history))
        except Refused:
            found.append(None)
    return found


def _setting(shop: Workshop, plan: Plan) -> int | str:
    return shop.settings(shop.repository.tree(plan.base)).landing.train_size


def _about_trains(shop: Workshop) -> list[Record]:
    found = [*shop.journal.records(kind="land.recorded"), *shop.journal.records(kind="item.settled")]
    return sorted(found, key=lambda record: record.seq)
