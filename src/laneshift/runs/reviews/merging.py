"""What became of changes: the landing of a merged one is recorded, if what was merged is what was tested.

Git tells whether the tested commit is in the target, or, where other commits were made of it (a squash, a rebase), a
commit with the tested tree. The forge is asked only what became of the rest. What it merged with another tree is
recorded as that, and as no landing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from laneshift.errors import LaneshiftError, NeedsPerson
from laneshift.forge.local_changes import is_full_id
from laneshift.forge.port import Merge
from laneshift.landing.pushing import holds, tip_of
from laneshift.landing.revert import prepare
from laneshift.landing.swap import anchor
from laneshift.landing.train import Train
from laneshift.repo.commits import Identity, is_ancestor, read_commit
from laneshift.repo.refs import RefMoved, RefUpdate, delete, read, swap
from laneshift.repo.remotes import find
from laneshift.runs.at_hand import at_hand
from laneshift.runs.events import Event
from laneshift.runs.plan import Plan
from laneshift.runs.reviews.names import HEADS, key_of
from laneshift.runs.settle_steps import SettleSteps
from laneshift.runs.trains import train_from
from laneshift.runs.workshop import Workshop

TESTED = "refs/laneshift/tested/"
"""Keeps the tested commits of a batch where the forge merged others with the same tree."""
_FARTHEST = 10_000

Facts = Mapping[str, Any]


def settle(shop: Workshop, plan: Plan) -> list[dict[str, Any]]:
    """Look at every open change of the plan; the landings that were recorded, in order.

    Raises `NeedsPerson` (`change.merged-otherwise`), once, and what the remote's or the forge's answer calls for.
    """
    landed = []
    for facts in shop.state(plan).proposed:
        tip = _target_tip(shop, plan, facts)
        train = train_from(json.loads(shop.store.get(facts["details"])))
        if holds(shop.repository, tip, train.tip):
            at = _entered(shop, tip, train.tip)
            landed.append(_recorded(shop, plan, facts, train, train.tip, at))
            continue
        if (made := _made_of(shop, tip, train)) is not None:
            landed.append(_recorded(shop, plan, facts, train, made, made))
            continue
        merge = shop.forge().changes.merge(facts["number"])
        if merge is None or merge.state == "closed":
            _closed(shop, facts, "it is gone" if merge is None else "it was closed, and not merged")
        elif merge.state == "merged":
            known = is_full_id(merge.commit) and holds(shop.repository, tip, merge.commit)
            found = shop.repository.tree(merge.commit).oid if known else ""
            raise _otherwise(shop, facts, merge.commit, found)
        else:
            shop.report(Event("land", f"{facts['branch']} waits for review{_blocked(merge)}"))
    return landed


def _target_tip(shop: Workshop, plan: Plan, facts: Facts) -> str:
    if facts["remote"]:
        return tip_of(shop.repository, find(shop.repository, facts["remote"]), plan.target)
    return read(shop.repository, plan.target) or plan.base


def _entered(shop: Workshop, there: str, tip: str) -> str:
    """The commit with which `tip` came into the branch that is at `there`: the first of its own line that holds it."""
    at = there
    for _ in range(_FARTHEST):
        parents = read_commit(shop.repository, at).parents
        if at == tip or not parents or not is_ancestor(shop.repository, tip, parents[0]):
            return at
        at = parents[0]
    return at


def _made_of(shop: Workshop, there: str, train: Train) -> str | None:
    """The first commit on the line of `there`, after the train's base, that has the tested tree; None for no such."""
    found, at = None, there
    for _ in range(_FARTHEST):
        parents = read_commit(shop.repository, at).parents
        if at == train.base or not parents or not is_ancestor(shop.repository, train.base, at):
            break
        if shop.repository.tree(at).oid == train.tree:
            found = at
        at = parents[0]
    return found


def _recorded(shop: Workshop, plan: Plan, facts: Facts, train: Train, tip: str, at: str) -> dict[str, Any]:
    """Record the landing of `train` as `tip`, which came in with commit `at`, if that has the tested tree."""
    found = shop.repository.tree(at).oid
    if found != train.tree:
        raise _otherwise(shop, facts, at, found)
    if shop.shared:
        at_hand(shop, plan).train({**facts, "train": json.loads(shop.store.get(facts["details"]))})
    revert = facts["revert"]
    if tip != train.tip:
        author = Identity(plan.author_name, plan.author_email)
        scope = plan.item(train.items[0].item).lane
        _keep(shop, plan, train.tip)
        revert = prepare(shop.repository, replace(train, tip=tip), plan.batch, scope, author, plan.when)
    anchor(shop.repository, plan.batch, tip, revert)
    seen = {name: facts[name] for name in ("plan", "key", "remote", "target", "tree")}
    seen |= {"old": train.base, "new": tip, "there": tip}
    shop.journal.append(f"{facts['key']}/observed/{tip}/merged", "land.observed", seen, durable=True)
    plain = {**json.loads(shop.store.get(facts["details"])), "tip": tip}
    told = {"key": facts["key"], "remote": facts["remote"], "train": plain, "revert": revert}
    told |= {"tested": train.tip} if tip != train.tip else {}
    outcome = SettleSteps(shop, plan).record(told)
    _drop(shop, facts)
    if tip != train.tip:
        _close(shop, facts, tip)
    return outcome


def _close(shop: Workshop, facts: Facts, tip: str) -> None:
    """Have a change closed that somebody landed by hand, so that the forge does not know of it as merged."""
    try:
        shop.forge().changes.close(key_of(facts["batch"], facts["lane"]), f"landed as {tip}")
    except LaneshiftError as error:
        shop.report(Event("land", f"the change of {facts['branch']} stays open: {error.what}"))


def _keep(shop: Workshop, plan: Plan, tested: str) -> None:
    there = read(shop.repository, TESTED + plan.batch)
    if there != tested:
        swap(shop.repository, [RefUpdate(TESTED + plan.batch, there, tested)])


def _drop(shop: Workshop, facts: Facts) -> None:
    """The branch here goes once it is merged; at a remote it is the forge's to clear away."""
    ref = f"{HEADS}{facts['branch']}"
    if not facts["remote"] and read(shop.repository, ref) == facts["tip"]:
        try:
            delete(shop.repository, ref, facts["tip"])
        except RefMoved as moved:
            shop.report(Event("land", f"{ref} stays: {moved.what}"))


def _closed(shop: Workshop, facts: Facts, why: str) -> None:
    told = {name: facts[name] for name in ("plan", "key", "branch", "number")}
    shop.journal.append(f"{facts['key']}/change/{facts['tip']}/closed", "change.closed", {**told, "why": why})
    shop.report(Event("land", f"the change of {facts['branch']}: {why}; its items are ready to land"))


def _otherwise(shop: Workshop, facts: Facts, at: str, tree: str) -> LaneshiftError:
    told = {name: facts[name] for name in ("plan", "key", "branch", "number", "tip")}
    key = f"{facts['key']}/change/{facts['tip']}/merged"
    shop.journal.append(key, "change.merged", {**told, "as": at, "found": tree, "tree": facts["tree"]}, durable=True)
    target = facts["target"].removeprefix(HEADS)
    return NeedsPerson(
        "change.merged-otherwise",
        f"the change of {facts['branch']} was merged, and {target} does not have what was tested",
        where=at or "the forge does not say as which commit",
        why=f"it has tree {tree or 'unknown'}, tested was {facts['tree']}: {target} had moved, or it was edited",
        cure=f"test {target} as it is; nothing was recorded as landed, and `laneshift land` looks at each item again",
    )


def _blocked(merge: Merge) -> str:
    if merge.blocked:
        return f"; {merge.blocked}"
    return "; it does not merge" if merge.mergeable is False else ""
