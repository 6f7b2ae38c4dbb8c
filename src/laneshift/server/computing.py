"""What takes long to find out: one at a time, so that others are answered, kept until its grounds move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.runs.workshop import Workshop
from laneshift.server.parts import Parts

_WAIT_SECONDS = 20.0


def of_tip(parts: Parts, name: str, compute: Callable[[Workshop, Tree], dict[str, Any]]) -> tuple[Tree, dict[str, Any]]:
    """What `compute` finds of the tip of the branch that batches land on, and the tip's tree.

    Raises `Refused` (`serve.busy`) while others wait as well, and what `compute` raises.
    """
    tree = parts.shop.repository.tree(parts.policy.tip())
    tip = parts.shop.journal.tip()
    key = (name, tree.oid, tip.digest if tip is not None else "")
    if not parts.turn.acquire(timeout=_WAIT_SECONDS):
        raise Refused("serve.busy", "something else is being computed", cure="try again in a moment")
    try:
        told = parts.computed.get(key)
        if told is None:
            told = compute(parts.shop, tree)
            parts.computed.put(key, told)
    finally:
        parts.turn.release()
    return tree, told
