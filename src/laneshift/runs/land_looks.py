"""What a landing looks at before it tests: lanes, contracts and imports that the combined tree breaks, not its base.

It is what step check_deps and gate `lanes` look at for one item, for all of them together. A contract that an item
breaks by itself, as a waiver of the gate let it, is no fault of the train. Nothing of it is remembered: what decides
is the base, the items and the plan, and looking costs less than asking. No code of the project runs.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any

from laneshift.evidence.canonical import canonical
from laneshift.gates.lanes import Lanes
from laneshift.landing.looked import Faults, Key, again, contract_faults, faults_of, is_contract
from laneshift.landing.renames import composed
from laneshift.landing.train import Train
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.trains import Trains, train_from
from laneshift.runs.waiting_for import missing, waits_of
from laneshift.runs.workshop import Workshop
from laneshift.steps.beside import moved_too
from laneshift.steps.contracts_broken import contracts_broken
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
        """What the train breaks: {blamed}, sorted.

        Raises `Refused` where the base of the train cannot be judged: `lanes.bad-baseline`, `lanes.bad-contracts`,
        `lanes.no-root-package`, `lanes.contract-not-judged`.
        """
        train = train_from(argument["train"])
        blamed = sorted(self._faults(train, argument).values())
        self._note(argument, train, blamed)
        if blamed:
            self._shop.report(
                Event("land", f"{len(blamed)} fault(s) of lanes, contracts or imports blamed on the train")
            )
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
        waived = tuple(self._waived(names))
        key = train.base, train.tip, (*others, "", *waived)
        with self._lock:
            if key in self._seen:
                self._seen.move_to_end(key)
                return self._seen[key]
        parts, renames = self._parts(), [each.renames for each in train.items]
        then = moved_too(parts, parts.repository.tree(train.tree), composed(renames), others)
        found = faults_between(parts, train.base_tree, then.tree.oid, [then.relocations])
        if waived and any(map(is_contract, found)):
            found = self._without(found, train.base, waived)
        with self._lock:
            self._seen[key] = found
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return found

    def _waived(self, items: Sequence[str]) -> Iterator[str]:
        """The items whose failure of gate `lanes` a waiver let pass; whether it still holds, others ask."""
        held = self._shop.state(self._plan).waived
        for item in items:
            facts = held.get(item)
            if facts and any(each["gate"] == Lanes.id for each in facts["waived"]):
                yield item

    def _without(self, found: Faults, base: str, waived: Sequence[str]) -> Faults:
        """What is left when the contracts are taken out that waived items break by themselves, each on this base."""
        alone = set[Key]()
        for item in waived:
            train = self._trains.build(base, [item])
            renames = [each.renames for each in train.items]
            alone |= set(filter(is_contract, faults_between(self._parts(), train.base_tree, train.tree, renames)))
        return {key: told for key, told in found.items() if key not in alone}


def faults_between(parts: Parts, base: str, tree: str, renames: Sequence[Mapping[str, str]]) -> Faults:
    """What items that make `tree` of the tree `base` break together; `renames` are those of each, in order."""
    if base == tree:
        return {}
    moves = composed(renames)
    before, after = parts.repository.tree(base), parts.repository.tree(tree)
    broken = newly_broken(parts, before, after, moves)
    contracts = [(each.verdict, each.breach) for each in contracts_broken(parts, before, after, broken.modules)]
    found = faults_of(broken.crossings, broken.missing, moves, broken.modules)
    return {**found, **contract_faults(contracts, broken.modules)}
