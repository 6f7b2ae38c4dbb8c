"""Roll back: the prepared revert, or inverse intents on a tip that moved on; one ref update either way.

What it does is decided by looking at the ref. The order is: intent recorded, ref swapped, work trees brought along,
rollback recorded. After a crash the recorded intent is carried out; when the target went elsewhere before it was, the
intent is abandoned and a person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.errors import NeedsPerson, Refused
from laneshift.landing.revert import revert_text
from laneshift.landing.unwind import Unwound, unwind
from laneshift.repo.commits import Identity, is_ancestor, write_commit
from laneshift.repo.forward import fast_forward, overlapping_changes, refuse_overlaps
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.working import holding, state_of
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a rollback did: the target's new tip, its tree, and the items that were taken back.

    `base_tree` is the tree that the target would have had the items never landed and nobody else done anything;
    `kept` is how many paths others have changed since, whose changes are still there.
    """

    tip: str
    tree: str
    base_tree: str
    items: tuple[str, ...]
    kept: int = 0


def roll_back(shop: Workshop, plan: Plan, only: Sequence[str] = ()) -> RolledBack:
    """Take the last landing of `plan` back, or the items `only`, which one landing brought.

    Raises `Refused` when nothing of it is landed, when a part of the plan is unfinished, or (`rollback.not-clean`) when
    what others have landed since does not let it be clean; `NeedsPerson` when the target does not hold the landing any
    more, or when files with local changes are in the way.
    """
    with holding(shop, f"rollback of {plan.id}"):
        state = state_of(shop, plan)
        others = [part for part in state.unfinished if part != "rollback"]
        if others:
            what = f"the {' and '.join(others)} of {plan.id} was begun and has not ended"
            raise Refused("run.unfinished", what, cure="laneshift resume")
        intent = state.rollback or _intended(shop, plan, state, only)
        _swap(shop, plan, intent)
        if read(shop.repository, intent["target"]) == intent["new"]:
            fast_forward(shop.repository, intent["target"], intent["old"], intent["new"])
        told = {name: intent[name] for name in ("target", "items", "base_tree", "kept")}
        facts = {"plan": plan.id, "tip": intent["new"], **told}
        shop.journal.append(f"{intent['key']}/recorded", "rollback.recorded", facts, durable=True)
    tree = shop.repository.tree(intent["new"]).oid
    return RolledBack(intent["new"], tree, intent["base_tree"], tuple(intent["items"]), intent["kept"])


def _intended(shop: Workshop, plan: Plan, state: BatchState, only: Sequence[str]) -> Mapping[str, Any]:
    """Record what will be done, once it is known that it can be done."""
    repository = shop.repository
    landed, items = _chosen(plan, state, only)
    target = landed["target"]
    there = read(repository, target)
    if there is None or not is_ancestor(repository, landed["tip"], there):
        raise NeedsPerson(
            "rollback.target-moved",
            f"{target} does not hold the landing of {plan.batch} any more",
            where=there or "the branch is gone",
            why=f"commit {landed['tip'][:12]} is not in its history",
            cure=f"git log {landed['tip'][:12]}",
        )
    new, found = _way_back(shop, plan, landed, items, there)
    refuse_overlaps(overlapping_changes(repository, target, there, new))
    attempt = state.rollback_attempt + 1
    key = f"{plan.id}/rollback-{attempt}"
    facts = {
        "plan": plan.id,
        "key": key,
        "attempt": attempt,
        "target": target,
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
    if not only:
        return state.landed, tuple(state.landed["items"])
    missing = [item for item in only if not any(item in landed["items"] for landed in state.standing)]
    if missing:
        what = f"not landed: {', '.join(missing)}"
        raise Refused("rollback.not-landed", what, cure=f"laneshift inspect {plan.id}")
    for landed in state.standing:
        if set(only) <= set(landed["items"]):
            return landed, tuple(item for item in landed["items"] if item in set(only))
    raise Refused(
        "rollback.two-landings",
        f"{', '.join(only)} came with more than one landing",
        cure="take back what one landing brought, then the rest",
    )


def _way_back(
    shop: Workshop, plan: Plan, landed: Mapping[str, Any], items: Sequence[str], there: str
) -> tuple[str, Unwound]:
    """The commit that takes the items back: the prepared one, or one derived again on a tip that moved on."""
    repository = shop.repository
    base = repository.tree(landed["base"])
    whole = len(items) == len(landed["items"]) and not landed.get("reduced", False)
    if whole and repository.tree(there).oid == landed["tree"]:
        found = Unwound(base, base, ())
        if there == landed["tip"]:
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


def _swap(shop: Workshop, plan: Plan, intent: Mapping[str, Any]) -> None:
    repository, target = shop.repository, intent["target"]
    there = read(repository, target)
    if there is not None and is_ancestor(repository, intent["new"], there):
        return
    if there != intent["old"]:
        shop.journal.append(f"{intent['key']}/abandoned", "rollback.abandoned", {"plan": plan.id}, durable=True)
        raise NeedsPerson(
            "rollback.target-moved",
            f"{target} moved before {plan.batch} could be taken back",
            where=there or "the branch is gone",
            why="someone else changed it meanwhile",
            cure="laneshift rollback " + plan.batch,
        )
    reason = f"laneshift: roll back {plan.batch}"
    swap(repository, [RefUpdate(target, intent["old"], intent["new"])], reason=reason)
