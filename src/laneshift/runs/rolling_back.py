"""Roll back: the prepared revert, or inverse intents on a tip that moved on; one ref update either way.

What it does is decided by looking at the ref. The order is: intent recorded, ref swapped, work trees brought along,
rollback recorded. After a crash the recorded intent is carried out; when the target went elsewhere before it was, the
intent is abandoned and a person is asked. What landed on a remote is taken back there: others push to it at any time,
so there the intent is made again on the new tip, a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from laneshift.errors import NeedsPerson, Refused
from laneshift.landing.revert import revert_text
from laneshift.landing.unwind import Unwound, unwind
from laneshift.repo.commits import Identity, is_ancestor, write_commit
from laneshift.runs.events import Event
from laneshift.runs.landed_here import bring
from laneshift.runs.plan import Plan
from laneshift.runs.rollback_target import target_of
from laneshift.runs.state import BatchState
from laneshift.runs.working import holding, state_of
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a rollback did: the target's new tip, its tree, and the items that were taken back.

    `base_tree` is the tree that the target would have had the items never landed and nobody else done anything;
    `kept` is how many paths others have changed since, whose changes are still there; `remote` is where it was done,
    "" for the local branch.
    """

    tip: str
    tree: str
    base_tree: str
    items: tuple[str, ...]
    kept: int = 0
    remote: str = ""


def roll_back(shop: Workshop, plan: Plan, only: Sequence[str] = ()) -> RolledBack:
    """Take the last landing of `plan` back, all its trains at once, or the items `only`, which one landing brought.

    Raises `Refused` when nothing of it is landed, when a part of the plan is unfinished, or (`rollback.not-clean`) when
    what others have landed since does not let it be clean; `NeedsPerson` when the target does not hold the landing any
    more, or when files with local changes are in the way; and what the answer of a remote calls for.
    """
    with holding(shop, f"rollback of {plan.id}"):
        state = state_of(shop, plan)
        others = [part for part in state.unfinished if part != "rollback"]
        if others:
            what = f"the {' and '.join(others)} of {plan.id} was begun and has not ended"
            raise Refused("run.unfinished", what, cure="laneshift resume")
        bring(shop, plan)
        intent = _carried_out(shop, plan, state.rollback or _intended(shop, plan, state, only))
        stays = target_of(shop, intent).follow(intent)
        if stays:
            shop.report(Event("rollback", stays))
        told = {name: intent[name] for name in ("target", "items", "base_tree", "kept")}
        remote = intent.get("remote", "")
        facts = {"plan": plan.id, "tip": intent["new"], **told, "remote": remote}
        shop.journal.append(f"{intent['key']}/recorded", "rollback.recorded", facts, durable=True)
    tree = shop.repository.tree(intent["new"]).oid
    return RolledBack(intent["new"], tree, intent["base_tree"], tuple(intent["items"]), intent["kept"], remote)


def _intended(shop: Workshop, plan: Plan, state: BatchState, only: Sequence[str]) -> Mapping[str, Any]:
    """Record what will be done, once it is known that it can be done."""
    repository = shop.repository
    landed, items = _chosen(plan, state, only)
    name, target = landed["target"], target_of(shop, landed)
    there = target.tip()
    if there is None or not is_ancestor(repository, landed["tip"], there):
        raise NeedsPerson(
            "rollback.target-moved",
            f"{name} does not hold the landing of {plan.batch} any more",
            where=there or "the branch is gone",
            why=f"commit {landed['tip'][:12]} is not in its history",
            cure=f"git log {landed['tip'][:12]}",
        )
    new, found = _way_back(shop, plan, landed, items, there)
    target.ready(there, new)
    attempt = state.rollback_attempt + 1
    key = f"{plan.id}/rollback-{attempt}"
    facts = {
        "plan": plan.id,
        "key": key,
        "attempt": attempt,
        "target": name,
        "remote": landed.get("remote", ""),
        "old": there,
        "new": new,
        "items": list(items),
        "base_tree": found.wanted.oid,
        "kept": len(found.others),
    }
    return shop.journal.append(f"{key}/intended", "rollback.intended", facts, durable=True).facts


def _chosen(plan: Plan, state: BatchState, only: Sequence[str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The landing to take back from, and which of its items, in the order in which they landed."""
    if state.landed is None:
        raise Refused("rollback.not-landed", f"nothing of {plan.id} is landed", cure="laneshift status")
    landings = [_as_one(list(trains)) for _, trains in groupby(state.standing, lambda landed: landed["attempt"])]
    if not only:
        return landings[-1], tuple(landings[-1]["items"])
    missing = [item for item in only if not any(item in landed["items"] for landed in state.standing)]
    if missing:
        what = f"not landed: {', '.join(missing)}"
        raise Refused("rollback.not-landed", what, cure=f"laneshift inspect {plan.id}")
    for landed in landings:
        if set(only) <= set(landed["items"]):
            return landed, tuple(item for item in landed["items"] if item in set(only))
    raise Refused(
        "rollback.two-landings",
        f"{', '.join(only)} came with more than one landing",
        cure="take back what one landing brought, then the rest",
    )


def _as_one(trains: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The trains of one landing as if they were one; `reduced` where somebody else landed between them."""
    if len(trains) == 1:
        return trains[0]
    apart = any(later["base"] != earlier["tip"] for earlier, later in pairwise(trains))
    reduced = apart or any(train.get("reduced", False) for train in trains)
    items = [item for train in trains for item in train["items"]]
    return {**trains[-1], "base": trains[0]["base"], "items": items, "revert": "", "reduced": reduced}


def _way_back(
    shop: Workshop, plan: Plan, landed: Mapping[str, Any], items: Sequence[str], there: str
) -> tuple[str, Unwound]:
    """The commit that takes the items back: the prepared one, or one derived again on a tip that moved on."""
    repository = shop.repository
    base = repository.tree(landed["base"])
    whole = len(items) == len(landed["items"]) and not landed.get("reduced", False)
    if whole and repository.tree(there).oid == landed["tree"]:
        found = Unwound(base, base, ())
        if there == landed["tip"] and landed["revert"]:
            return str(landed["revert"]), found
    else:
        standing = [plan.item(item).intent for item in landed["items"]]
        known = None if landed.get("reduced", False) else repository.tree(landed["tree"])
        tip = repository.tree(there)
        shop.index.refresh(tip)
        found = unwind(base, standing, set(items), tip, plan.rules, shop.index.mentions, known)
    text = revert_text(
        plan.batch, plan.item(items[0]).lane, items, landed["base"], landed["tip"], others=len(found.others)
    )
    author = Identity(plan.author_name, plan.author_email)
    when = max(shop.now(), plan.when)
    return write_commit(repository, found.tree.oid, [there], text, author, when), found


def _carried_out(shop: Workshop, plan: Plan, intent: Mapping[str, Any]) -> Mapping[str, Any]:
    """Move the target as intended, or as intended again after others were faster; the intent that was carried out."""
    tries = shop.settings(shop.repository.tree(plan.base)).landing.attempts if intent.get("remote") else 1
    for left in reversed(range(tries)):
        moved = target_of(shop, intent).move(intent)
        if moved.there == intent["new"]:
            return intent
        shop.journal.append(f"{intent['key']}/abandoned", "rollback.abandoned", {"plan": plan.id}, durable=True)
        if moved.error is not None:
            raise moved.error
        if left:
            intent = _intended(shop, plan, state_of(shop, plan), intent["items"])
    raise NeedsPerson(
        "rollback.target-moved",
        f"{intent['target']} moved before {plan.batch} could be taken back",
        where=moved.there or "the branch is gone",
        why="someone else changed it meanwhile",
        cure="laneshift rollback " + plan.batch,
    )
