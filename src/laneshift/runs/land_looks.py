"""What a landing looks at before it tests: whether the combined tree breaks lanes or imports that its base does not.

It is what step check_deps looks at for one item, for all of them together. Nothing of it is remembered: what decides is
the base, the items and the plan, and looking costs less than asking. No code of the project runs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any

from laneshift.evidence.canonical import canonical
from laneshift.landing.looked import Faults, again, faults_of
from laneshift.landing.renames import composed
from laneshift.landing.train import Train
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.trains import Trains, train_from
from laneshift.runs.waiting_for import missing, waits_of
from laneshift.runs.workshop import Workshop
from laneshift.steps.beside import moved_too
from laneshift.steps.newly_broken import newly_broken
from laneshift.steps.work import Parts

_NAMED = 50
_KEPT = 8


class LandLooks:
    """Looks at the trains of one plan. `parts` are those of its items, so that graphs are shared with their steps."""

    def __init__(self, shop: Workshop, plan: Plan, trains: Trains, parts: Callable[[], Parts]) -> None:
        self._shop = shop
        self._plan = plan
        self._trains = trains
        self._parts = parts
        self._seen: OrderedDict[tuple[str, str, tuple[str, ...]], Faults] = OrderedDict()
        self._lock = Lock()

    def look(self, argument: Mapping[str, Any]) -> dict[str, Any]:
        """What the train breaks: {blamed}, sorted. Raises `Refused` (`lanes.bad-baseline`)."""
        train = train_from(argument["train"])
        blamed = sorted(self._faults(train, argument).values())
        self._note(argument, train, blamed)
        if blamed:
            self._shop.report(Event("land", f"{len(blamed)} fault(s) of lanes or imports blamed on the train"))
        return {"blamed": blamed}

    def again(self, argument: Mapping[str, Any]) -> list[str]:
        """Which of the blamed faults these items have by themselves, as they are told of the whole train."""
        whole = self._trains.build(argument["base"], argument["all"])
        part = self._trains.build(argument["base"], argument["items"])
        return again(self._faults(whole, argument), self._faults(part, argument), argument["blamed"])

    def _note(self, argument: Mapping[str, Any], train: Train, blamed: Sequence[str]) -> None:
        """A record names the first faults only; the evidence file has them all."""
        facts = {"plan": self._plan.id, "base": train.base, "tip": train.tip, "tree": train.tree}
        told = {"blamed": list(blamed[:_NAMED]), "outcome": self._shop.store.put(canonical({"blamed": list(blamed)}))}
        self._shop.journal.append(
            f"{argument['key']}/{argument['round']}/looked/{train.tip}", "land.looked", {**facts, **told}
        )

    def _faults(self, train: Train, argument: Mapping[str, Any]) -> Faults:
        """What the train breaks; with `beside`, once what its items wait for has moved too."""
        names = [each.item for each in train.items]
        waits = waits_of(self._shop, self._plan, names) if argument.get("beside") else {}
        others = tuple(missing(names, waits))
        key = train.base, train.tip, others
        with self._lock:
            if key in self._seen:
                self._seen.move_to_end(key)
                return self._seen[key]
        parts, renames = self._parts(), [each.renames for each in train.items]
        then = moved_too(parts, parts.repository.tree(train.tree), composed(renames), others)
        found = faults_between(parts, train.base_tree, then.tree.oid, [then.relocations])
        with self._lock:
            self._seen[key] = found
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return found


def faults_between(parts: Parts, base: str, tree: str, renames: Sequence[Mapping[str, str]]) -> Faults:
    """What items that make `tree` of the tree `base` break together; `renames` are those of each, in order."""
    if base == tree:
        return {}
    moves = composed(renames)
    broken = newly_broken(parts, parts.repository.tree(base), parts.repository.tree(tree), moves)
    return faults_of(broken.crossings, broken.missing, moves, broken.modules)
