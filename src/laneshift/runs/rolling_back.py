"""Roll back: the prepared revert, in one ref update. What it does is decided by looking at the ref.

The order is: intent recorded, ref swapped, work trees brought along, rollback recorded. After a crash the recorded
intent is carried out; when the target went elsewhere before it was, the intent is abandoned and a person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.errors import NeedsPerson, Refused
from laneshift.landing.revert import revert_text
from laneshift.repo.commits import Identity, is_ancestor, write_commit
from laneshift.repo.forward import fast_forward, overlapping_changes, refuse_overlaps
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.working import holding, state_of
from laneshift.runs.workshop import Workshop


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What a rollback did: the target's new tip, its tree, and the items that were taken back."""

    tip: str
    tree: str
    base_tree: str
    items: tuple[str, ...]


def roll_back(shop: Workshop, plan: Plan) -> RolledBack:
    """Take the last landing of `plan` back.

    Raises `Refused` when nothing of it is landed or a part of the plan is unfinished, `NeedsPerson` when the target has
    moved on since, or when files with local changes are in the way.
    """
    with holding(shop, f"rollback of {plan.id}"):
        state = state_of(shop, plan)
        others = [part for part in state.unfinished if part != "rollback"]
        if others:
            what = f"the {' and '.join(others)} of {plan.id} was begun and has not ended"
            raise Refused("run.unfinished", what, cure="laneshift resume")
        landed = state.landed
        if landed is None:
            raise Refused("rollback.not-landed", f"nothing of {plan.id} is landed", cure="laneshift status")
        intent = state.rollback or _intended(shop, plan, state, landed)
        _swap(shop, plan, intent)
        if read(shop.repository, intent["target"]) == intent["new"]:
            fast_forward(shop.repository, intent["target"], intent["old"], intent["new"])
        facts = {"plan": plan.id, "target": intent["target"], "tip": intent["new"], "items": list(landed["items"])}
        shop.journal.append(f"{intent['key']}/recorded", "rollback.recorded", facts, durable=True)
    tree = shop.repository.tree(intent["new"]).oid
    return RolledBack(intent["new"], tree, landed["base_tree"], tuple(landed["items"]))


def _intended(shop: Workshop, plan: Plan, state: BatchState, landed: Mapping[str, Any]) -> Mapping[str, Any]:
    """Record what will be done, once it is known that it can be done."""
    repository, target = shop.repository, landed["target"]
    there = read(repository, target)
    new = _way_back(shop, plan, landed, there)
    if there is None or new is None:
        raise NeedsPerson(
            "rollback.target-moved",
            f"{target} has moved on since {plan.batch} landed",
            where=there or "the branch is gone",
            why="the prepared revert is only for the tree that was landed",
            cure=f"git revert --no-commit {landed['base'][:12]}..{landed['tip'][:12]}",
        )
    refuse_overlaps(overlapping_changes(repository, target, there, new))
    attempt = state.rollback_attempt + 1
    key = f"{plan.id}/rollback-{attempt}"
    facts = {"plan": plan.id, "key": key, "attempt": attempt, "target": target, "old": there, "new": new}
    return shop.journal.append(f"{key}/intended", "rollback.intended", facts, durable=True).facts


def _way_back(shop: Workshop, plan: Plan, landed: Mapping[str, Any], there: str | None) -> str | None:
    """The commit that takes the landing back: the prepared one, or the same on a tip that has the landed tree again."""
    if there == landed["tip"]:
        return str(landed["revert"])
    if there is None or shop.repository.tree(there).oid != landed["tree"]:
        return None
    scope = plan.item(landed["items"][0]).lane
    text = revert_text(plan.batch, scope, landed["items"], landed["base"])
    author = Identity(plan.author_name, plan.author_email)
    return write_commit(shop.repository, landed["base_tree"], [there], text, author, plan.when)


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
