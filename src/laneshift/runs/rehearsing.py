"""Rehearse a rollback: compute the whole way back, compare trees, take the time. No branch and no file moves.

What has landed is rehearsed on the target as it is now. Before a landing, what is ready is combined on the target, and
taken back twice: by the commit that would be prepared, and by inverse intents as if somebody had landed on top since.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from laneshift.errors import CheckFailed, Refused
from laneshift.landing.pushing import tip_of
from laneshift.landing.revert import prepare
from laneshift.landing.train import Train
from laneshift.landing.unwind import unwind
from laneshift.repo.objects import File
from laneshift.repo.refs import read
from laneshift.repo.remotes import find
from laneshift.runs.arguments import landing_remote
from laneshift.runs.landed_here import bring
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.trains import Trains
from laneshift.runs.way_back import chosen, still_there, way_back
from laneshift.runs.working import state_of
from laneshift.runs.workshop import Workshop

_LATER = "laneshift-rehearsal.txt"
"""A file that no later commit of a repository would add, so that it stands for any that it might."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rollback would do. `landed` says whether it is of what has landed or of what is ready to land.

    `tree` is what would be left and `base_tree` what has to be; they may differ only by the `kept` paths that others
    changed since. `seconds` are those of computing and checking it.
    """

    landed: bool
    tip: str
    revert: str
    tree: str
    base_tree: str
    items: tuple[str, ...]
    kept: int
    seconds: float


def rehearse(shop: Workshop, plan: Plan, only: Sequence[str] = ()) -> Rehearsed:
    """Rehearse taking back what has landed of `plan`, or else what is ready to land; or the items `only` of it.

    Raises `Refused` (`rollback.not-landed`) when there is neither, and as a rollback does; `CheckFailed`
    (`rollback.rehearsal-differs`) when it would not leave the tree that it has to.
    """
    began = time.monotonic()
    state = state_of(shop, plan)
    if state.landed is None:
        return _before_landing(shop, plan, state, only, began)
    bring(shop, plan)
    landed, items = chosen(plan, state, only)
    tip = still_there(shop, plan, landed)
    revert, found = way_back(shop, plan, landed, items, tip, max(shop.now(), plan.when))
    tree = shop.repository.tree(revert).oid
    if tree != found.tree.oid or (not found.others and tree != found.wanted.oid):
        raise _differs(plan, tree, found.wanted.oid)
    spent = time.monotonic() - began
    return Rehearsed(True, tip, revert, tree, found.wanted.oid, tuple(items), len(found.others), spent)


def _before_landing(shop: Workshop, plan: Plan, state: BatchState, only: Sequence[str], began: float) -> Rehearsed:
    ready = [item for item in state.in_state("ready-to-land") if item in only or not only]
    trains = Trains(shop, plan)
    train = trains.build(_target_tip(shop, plan), ready)
    if not train.items:
        what = f"nothing of {plan.id} has landed, and nothing of it is ready to land"
        raise Refused("rollback.not-landed", what, cure=f"laneshift run {plan.id}")
    scope = plan.item(train.items[0].item).lane
    revert = prepare(shop.repository, train, plan.batch, scope, trains.author, plan.when)
    tree = shop.repository.tree(revert).oid
    if tree != train.base_tree:
        raise _differs(plan, tree, train.base_tree)
    _with_one_on_top(shop, plan, train)
    items = tuple(coupled.item for coupled in train.items)
    return Rehearsed(False, train.tip, revert, tree, train.base_tree, items, 0, time.monotonic() - began)


def _with_one_on_top(shop: Workshop, plan: Plan, train: Train) -> None:
    """Take the train back from under a commit that adds one file: what is left has to be the base with that file."""
    later = {_LATER: File(b"somebody landed this later\n")}
    base, landed = shop.repository.tree(train.base_tree), shop.repository.tree(train.tree)
    state = shop.state(plan)
    intents = [state.item(coupled.item).intent for coupled in train.items]
    ids = {intent.item for intent in intents}
    tip = landed.edit(later)
    shop.index.refresh(tip)
    found = unwind(base, intents, ids, tip, plan.rules, shop.index.mentions, landed)
    if found.tree != base.edit(later):
        raise _differs(plan, found.tree.oid, base.edit(later).oid)


def _target_tip(shop: Workshop, plan: Plan) -> str:
    name = landing_remote(shop, plan, None)
    tip = (
        tip_of(shop.repository, find(shop.repository, name), plan.target)
        if name
        else read(shop.repository, plan.target)
    )
    if tip is None:
        raise CheckFailed("land.no-target", f"branch {plan.target} is gone", cure="make it again")
    return tip


def _differs(plan: Plan, tree: str, wanted: str) -> CheckFailed:
    return CheckFailed(
        "rollback.rehearsal-differs",
        f"taking back {plan.batch} would leave another tree than it has to",
        where=tree,
        why=f"it has to leave {wanted}",
        cure="do not land this batch, and report it as a bug",
    )
