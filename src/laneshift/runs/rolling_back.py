"""Roll back: the prepared revert, in one ref update. What it does is decided by looking at the ref."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laneshift.errors import NeedsPerson, Refused
from laneshift.repo.forward import fast_forward, overlapping_changes, refuse_overlaps
from laneshift.repo.lock import hold
from laneshift.repo.refs import RefUpdate, read, swap
from laneshift.runs.plan import Plan
from laneshift.runs.working import state_of
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

    Raises `Refused` when nothing of it is landed, `NeedsPerson` when the target has moved on since, or when files
    with local changes are in the way.
    """
    with hold(shop.repository.state_dir / "work.lock", f"rollback of {plan.id}"):
        landed = state_of(shop, plan).landed
        if landed is None:
            raise Refused("rollback.not-landed", f"nothing of {plan.id} is landed", cure="laneshift status")
        _swap(shop, plan, landed)
        fast_forward(shop.repository, landed["target"], landed["tip"], landed["revert"])
        facts = {"plan": plan.id, "target": landed["target"], "tip": landed["revert"], "items": list(landed["items"])}
        shop.journal.append(f"{_key(plan, landed)}/recorded", "rollback.recorded", facts, durable=True)
    tree = shop.repository.tree(landed["revert"]).oid
    return RolledBack(landed["revert"], tree, landed["base_tree"], tuple(landed["items"]))


def unfinished(shop: Workshop, plan: Plan) -> bool:
    """Whether a rollback of the plan's landing was begun and not recorded."""
    landed = state_of(shop, plan).landed
    return landed is not None and shop.journal.get(f"{_key(plan, landed)}/intended") is not None


def _swap(shop: Workshop, plan: Plan, landed: Mapping[str, Any]) -> None:
    repository, target = shop.repository, landed["target"]
    there = read(repository, target)
    if there == landed["revert"]:
        return
    if there != landed["tip"]:
        raise NeedsPerson(
            "rollback.target-moved",
            f"{target} has moved on since {plan.batch} landed",
            where=there or "",
            why="the prepared revert is only for the commit it was made on",
            cure=f"git revert --no-commit {landed['base'][:12]}..{landed['tip'][:12]}",
        )
    refuse_overlaps(overlapping_changes(repository, target, landed["tip"], landed["revert"]))
    facts = {"plan": plan.id, "target": target, "old": landed["tip"], "new": landed["revert"]}
    shop.journal.append(f"{_key(plan, landed)}/intended", "rollback.intended", facts, durable=True)
    swap(repository, [RefUpdate(target, landed["tip"], landed["revert"])], reason=f"laneshift: roll back {plan.batch}")


def _key(plan: Plan, landed: Mapping[str, Any]) -> str:
    return f"{plan.id}/rollback/{landed['tip']}"
