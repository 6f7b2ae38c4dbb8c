"""What a step works on is in this clone, whichever clone made it: computed again, and compared by its id.

Trees and commits of a batch are pure functions of its plan and of a base, so no clone has to trust or to carry what
another one made. Only bases come from outside, and they are fetched from the remote. A clone that computes something
else than the others did says so and stops, before anything of it can land.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from laneshift.code.codemods.recorded import record_of
from laneshift.errors import NeedsPerson
from laneshift.repo.fetching import ensure_commit, has
from laneshift.repo.identity import remote_of
from laneshift.runs.codemod_records import bring
from laneshift.runs.codemod_tools import recorded
from laneshift.runs.engine.port import Json, Step
from laneshift.runs.fixing.attempts import item_in
from laneshift.runs.item_steps import ItemSteps
from laneshift.runs.land_steps import LandSteps
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.trains import Trains
from laneshift.runs.workshop import Workshop
from laneshift.steps.work import Author, Work


def at_hand(shop: Workshop, plan: Plan) -> AtHand:
    """For one plan, by itself: outside of a program nothing else shares its parts."""
    trains = Trains(shop, plan)
    return AtHand(shop, plan, ItemSteps(shop, plan), LandSteps(shop, plan, trains), trains)


class AtHand:
    """Puts objects at hand before a step of one plan begins. Costs a look for each when they are there."""

    def __init__(self, shop: Workshop, plan: Plan, items: ItemSteps, lands: LandSteps, trains: Trains) -> None:
        self._shop = shop
        self._plan = plan
        self._items = items
        self._lands = lands
        self._trains = trains
        self._records = frozenset(recorded(plan))

    def for_item(self, step: Step) -> Step:
        """The step of an item, with the item's tree at hand. Raises `NeedsPerson` (`run.not-the-same`)."""

        def prepared(argument: Json) -> Json:
            self._recorded("", [self._item(argument)] if argument.get("fix") else [])
            self._item_tree(argument)
            return step(argument)

        return prepared

    def for_train(self, step: Step) -> Step:
        """The step of a landing, with its base, its train and its revert at hand. Raises as `train` does."""

        def prepared(argument: Json) -> Json:
            self.train(argument)
            return step(argument)

        return prepared

    def train(self, argument: Mapping[str, Any]) -> None:
        """Have what the argument of a step of a landing names at hand: its base, its train and its revert.

        Raises `NeedsPerson` (`run.not-the-same`), and `Refused` (`repo.no-such-commit`) for a base that cannot be had.
        """
        remote = argument.get("remote", "")
        if "base" in argument:
            self._base(argument["base"], remote)
        if "train" in argument:
            self._base(argument["train"]["base"], remote)
            self._train(argument["train"])
        revert = argument.get("revert", "")
        if revert and not has(self._shop.repository, revert):
            same("the prepared revert", revert, self._lands.prepare_revert(argument))

    def landing(self, landed: Mapping[str, Any]) -> None:
        """Have the commits of a recorded landing at hand, its revert included. Raises as a step of `for_train` does."""
        self._base(landed["base"], landed.get("remote", ""))
        train = self._trains.build(landed["base"], landed["items"])
        same("the landing", landed.get("tested", landed["tip"]), train.tip)
        if not has(self._shop.repository, landed["revert"]):
            plain = {**asdict(train), "tip": landed["tip"]}
            same("the prepared revert", landed["revert"], self._lands.prepare_revert({"train": plain}))

    def _base(self, oid: str, remote: str) -> None:
        state = self._shop.state(self._plan)
        self._recorded(remote, map(state.item, state.amended))
        ensure_commit(self._shop.repository, oid, self._plan.target, remote)

    def _recorded(self, remote: str, mended: Iterable[PlannedItem]) -> None:
        """What foreign code did when the plan was made, and what mended items since: no clone can compute it."""
        fixes = [item.intent.fix for item in mended if item.fix]
        wanted = {*self._records, *(record_of(fix) for fix in fixes if fix is not None)}
        missing = [oid for oid in sorted(wanted) if not has(self._shop.repository, oid)]
        # Every step comes by here, and where nothing is missing nobody need be asked.
        name = remote or remote_of(self._shop.repository) if missing else None
        if name is not None:
            bring(self._shop.repository, missing, name)

    def _item(self, argument: Mapping[str, Any]) -> PlannedItem:
        return item_in(self._shop.journal, self._plan, argument)

    def _item_tree(self, argument: Mapping[str, Any]) -> None:
        repository, plan, oid = self._shop.repository, self._plan, argument["tree"]
        if has(repository, oid):
            return
        item, base = self._item(argument), repository.tree(plan.base)
        author = Author(plan.author_name, plan.author_email, plan.when)
        work = Work(
            plan.batch,
            plan.base,
            base,
            base,
            item.intent,
            item.intent_digest,
            item.verify_only,
            item.lane,
            item.task,
            author,
        )
        applied = self._items.parts.applied(work)
        stages = [applied.with_tests(tree) for tree in (base, applied.relocated, applied.referenced)]
        if not has(repository, oid):
            made = ", ".join(tree.oid[:12] for tree in (*stages, applied.tree))
            raise _differs(f"item {item.id}", oid, made)

    def _train(self, train: Mapping[str, Any]) -> None:
        if has(self._shop.repository, train["tip"]):
            return
        built = self._trains.build(train["base"], [coupled["item"] for coupled in train["items"]])
        same("the train", train["tip"], built.tip)


def same(what: str, wanted: str, made: str) -> None:
    """Raise `NeedsPerson` (`run.not-the-same`) unless this clone has made the `wanted` object."""
    if wanted != made:
        raise _differs(what, wanted, made)


def _differs(what: str, wanted: str, made: str) -> NeedsPerson:
    return NeedsPerson(
        "run.not-the-same",
        f"this machine makes something else of {what} than the one that worked on it before",
        where=wanted,
        why=f"it makes {made}",
        cure="give every worker the same version of Python and of laneshift, then run the batch again",
    )
