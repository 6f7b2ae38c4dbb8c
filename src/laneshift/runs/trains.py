"""Trains of one plan: its items as passengers, combined on a base. The last few are kept, since probes ask again."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from threading import Lock
from typing import Any

from laneshift.code.codemods.fix import carried, ends_of
from laneshift.code.commit_text import Provenance
from laneshift.code.intents import Applied, Intent
from laneshift.landing.closing import closed
from laneshift.landing.train import Closing, Coupled, Guard, Passenger, Train, combine, leading
from laneshift.manifests.applying import apply
from laneshift.repo.commits import Identity
from laneshift.repo.differences import differences
from laneshift.repo.objects import Tree
from laneshift.rollout.exceptions import verdict
from laneshift.runs.exception_uses import note_uses
from laneshift.runs.fixing.judging import misfits
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.workshop import Workshop

_KEPT = 8


class Trains:
    """Builds trains. The same base and items give the same train, in this process and in any other."""

    def __init__(self, shop: Workshop, plan: Plan) -> None:
        self._shop = shop
        self._plan = plan
        self._built: OrderedDict[tuple[str, tuple[str, ...]], Train] = OrderedDict()
        self._lock = Lock()
        self.author = Identity(plan.author_name, plan.author_email)

    def build(self, base: str, items: Sequence[str]) -> Train:
        """The intents of `items`, in order, on commit `base`, and the manifests that they made stale."""
        key = (base, tuple(items))
        with self._lock:
            if key in self._built:
                self._built.move_to_end(key)
                return self._built[key]
            shared, upon = self._longest_start(base, items)
        train = self._combined(base, items[shared:], upon)
        with self._lock:
            self._built[key] = train
            while len(self._built) > _KEPT:
                self._built.popitem(last=False)
        return train

    def carried(self, train: Train) -> dict[str, tuple[str, ...]]:
        """By mended item, the files in which its fix was merged with what others did before it."""
        state, repository = self._shop.state(self._plan), self._shop.repository
        counted = {each.item: state.item(each.item) for each in train.items}
        fixes = {name: item.intent.fix for name, item in counted.items() if item.fix}
        trees = {each.item: repository.tree(each.tree) for each in train.items}
        found = {name: carried(trees[name], fix) for name, fix in fixes.items() if fix is not None}
        return {name: paths for name, paths in found.items() if paths}

    def _longest_start(self, base: str, items: Sequence[str]) -> tuple[int, Train | None]:
        """How many of the first items a kept train starts with too, and their part of it: probes ask for prefixes."""
        found: tuple[int, Train | None] = (0, None)
        for (other, whole), train in self._built.items():
            alike = takewhile(lambda pair: pair[0] == pair[1], zip(items, whole, strict=False))
            shared = len(list(alike)) if other == base else 0
            if shared > found[0]:
                found = shared, leading(train, frozenset(items[:shared]))
        return found

    def _combined(self, base: str, items: Sequence[str], upon: Train | None) -> Train:
        shop, plan = self._shop, self._plan
        evidence = self._evidence(items) if items else {}
        state = shop.state(plan)
        passengers = [_passenger(state.item(item), evidence[item]) for item in items]
        mentions = shop.index.mentions
        train = combine(
            shop.repository, base, passengers, plan.rules, self.author, plan.when, mentions, upon, self._guard
        )
        return closed(shop.repository, train, plan.rules, self.author, plan.when)

    @cached_property
    def _guard(self) -> Guard:
        """Drops what would touch a protected path on this base, and fixes that are wrong beside what others did."""
        settings = self._shop.settings(self._shop.repository.tree(self._plan.base))
        exceptions, roots = settings.exceptions, tuple(settings.source_roots)

        def guard(intent: Intent, tree: Tree, applied: Applied) -> str:
            if exceptions.protected_paths:
                why, uses = verdict(exceptions, intent.src, intent.dst, differences(tree, applied.tree))
                note_uses(self._shop.journal, self._plan.id, intent.item, uses if why else ())
                if why:
                    return why
            return self._misfit(intent, tree, applied, roots)

        return guard

    def _misfit(self, intent: Intent, tree: Tree, applied: Applied, roots: tuple[str, ...]) -> str:
        """Why a fix that was merged with what others did is not taken; it is judged again as when it was made."""
        fix = intent.fix
        if fix is None or not (paths := carried(applied.tree, fix)):
            return ""
        bare = apply(tree, intent.unfixed, self._plan.rules, self._shop.index.mentions).tree
        found = misfits(bare, ends_of(bare, fix)[1], applied.tree, fix.paths, roots)
        return f"its fix does not fit what others did to {paths[0]!r}: {found[0]}" if found else ""

    def _evidence(self, items: Sequence[str]) -> dict[str, str]:
        """The digest that each item's last commit step gave as its evidence."""
        wanted = set(items)
        notes: dict[str, str] = {}
        for record in self._shop.journal.records(kind="step.ended", prefix=f"{self._plan.id}/"):
            facts = record.facts
            if facts["step"] == "commit" and facts["item"] in wanted and facts["status"] == "passed":
                notes[facts["item"]] = facts["notes"]
        store = self._shop.store
        return {item: str(json.loads(store.get(note))["facts"]["evidence"]) for item, note in notes.items()}


def _passenger(item: PlannedItem, evidence: str) -> Passenger:
    told = Provenance(item.intent_digest, evidence, item.task, item.unfixed_digest)
    return Passenger(item.intent, item.lane, told)


def train_from(plain: Mapping[str, Any]) -> Train:
    """The train that `dataclasses.asdict` made plain data of."""
    items = tuple(_coupled_from(coupled) for coupled in plain["items"])
    dropped = tuple((item, reason) for item, reason in plain["dropped"])
    told = plain.get("closing")
    closing = None if told is None else Closing(told["tree"], told["commit"], tuple(told["paths"]))
    return Train(plain["base"], plain["base_tree"], plain["tip"], plain["tree"], items, dropped, closing)


def _coupled_from(plain: Mapping[str, Any]) -> Coupled:
    """A landing that was begun before an item could bring several tests tells of one, or of none."""
    told = plain["tests"] if "tests" in plain else filter(None, [plain["test"]])
    return Coupled(plain["item"], plain["tree"], plain["commit"], tuple(told), dict(plain["renames"]))
