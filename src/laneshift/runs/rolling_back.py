"""Roll back: the prepared revert, or inverse intents on a tip that moved on; one ref update either way.

What it does is decided by looking at the ref. The order is: intent recorded, ref swapped, work trees brought along,
rollback recorded. After a crash the recorded intent is carried out; when the target went elsewhere before it was, the
intent is abandoned and a person is asked. What landed on a remote is taken back there: others push to it at any time,
so there the intent is made again on the new tip, a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from laneshift.errors import NeedsPerson
from laneshift.repo.fetching import ensure_commit, has
from laneshift.runs.arguments import is_for_others, unfinished
from laneshift.runs.at_hand import same
from laneshift.runs.events import Event
from laneshift.runs.holding import holding
from laneshift.runs.landed_here import bring
from laneshift.runs.plan import Plan
from laneshift.runs.rollback_target import target_of
from laneshift.runs.state import BatchState
from laneshift.runs.sweeping import sweep
from laneshift.runs.way_back import chosen, still_there, way_back
from laneshift.runs.working import state_of
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
            raise unfinished(plan, " and ".join(others))
        if state.rollback is not None and is_for_others(state.rollback["items"], only):
            raise unfinished(plan, "rollback", f"for {', '.join(state.rollback['items'])}")
        bring(shop, plan)
        if state.rollback is not None:
            _at_hand(shop, plan, state, state.rollback)
        intent = _carried_out(shop, plan, state.rollback or _intended(shop, plan, state, only))
        stays = target_of(shop, intent).follow(intent)
        if stays:
            shop.report(Event("rollback", stays))
        told = {name: intent[name] for name in ("target", "items", "base_tree", "kept")}
        remote = intent.get("remote", "")
        facts = {"plan": plan.id, "tip": intent["new"], **told, "remote": remote}
        shop.journal.append(f"{intent['key']}/recorded", "rollback.recorded", facts, durable=True)
        if remote:
            sweep(shop, remote, intent["new"])
    tree = shop.repository.tree(intent["new"]).oid
    return RolledBack(intent["new"], tree, intent["base_tree"], tuple(intent["items"]), intent["kept"], remote)


def _intended(shop: Workshop, plan: Plan, state: BatchState, only: Sequence[str]) -> Mapping[str, Any]:
    """Record what will be done, once it is known that it can be done."""
    landed, items = chosen(plan, state, only)
    name, target = landed["target"], target_of(shop, landed)
    there = still_there(shop, plan, landed)
    when = max(shop.now(), plan.when)
    new, found = way_back(shop, plan, landed, items, there, when)
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
        "when": when,
    }
    return shop.journal.append(f"{key}/intended", "rollback.intended", facts, durable=True).facts


def _at_hand(shop: Workshop, plan: Plan, state: BatchState, intent: Mapping[str, Any]) -> None:
    """Have the commit of an intent here, also when the clone that made it is gone: made again, and compared by id.

    A rollback that was begun is never begun anew while its commit may still arrive: both would take the same back.
    """
    repository, remote = shop.repository, intent.get("remote", "")
    if not shop.shared or has(repository, intent["new"]):
        return
    target_of(shop, intent).tip()
    if has(repository, intent["new"]):
        return
    ensure_commit(repository, intent["old"], intent["target"], remote)
    landed, items = chosen(plan, state, intent["items"])
    made, _ = way_back(shop, plan, landed, items, intent["old"], intent.get("when", plan.when))
    same(f"the rollback of {plan.id}", intent["new"], made)


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
