"""Where a rollback takes place: the local branch, or the branch of the remote that the landing was made on.

Each gives its tip, and moves from an expected commit to another one if nobody was faster. That it moved is decided by
looking at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from laneshift.landing.pushing import Move, Moved, move_target, tip_of
from laneshift.landing.sight import recovery_ref
from laneshift.landing.swap import REASON
from laneshift.repo.commits import is_ancestor
from laneshift.repo.forward import fast_forward, overlapping_changes, refuse_overlaps
from laneshift.repo.refs import RefMoved, RefUpdate, read, swap
from laneshift.repo.remotes import find
from laneshift.runs.engine import fence
from laneshift.runs.following import follow
from laneshift.runs.workshop import Workshop

Facts = Mapping[str, Any]


class Target(Protocol):
    """The branch that a landing is taken back from."""

    def tip(self) -> str | None:
        """The commit that it holds now; None when it is gone. Raises as the remote's state calls for."""
        ...

    def ready(self, old: str, new: str) -> None:
        """Raise `NeedsPerson` when local changes are in the way of moving it."""
        ...

    def move(self, intent: Facts) -> Moved:
        """Move it as intended, unless it has moved already. What is raised leaves open whether it moved."""
        ...

    def follow(self, intent: Facts) -> str:
        """Bring work trees along; why they stay, or "". Raises `NeedsPerson` for local changes in the way."""
        ...


class Local:
    """The branch of this repository."""

    def __init__(self, shop: Workshop, target: str) -> None:
        self._repository = shop.repository
        self._target = target

    def tip(self) -> str | None:
        """As the protocol says."""
        return read(self._repository, self._target)

    def ready(self, old: str, new: str) -> None:
        """As the protocol says."""
        refuse_overlaps(overlapping_changes(self._repository, self._target, old, new))

    def move(self, intent: Facts) -> Moved:
        """As the protocol says."""
        there = self.tip()
        if there is not None and is_ancestor(self._repository, intent["new"], there):
            return Moved(intent["new"])
        if there != intent["old"]:
            return Moved(there or "")
        update = RefUpdate(self._target, intent["old"], intent["new"])
        try:
            swap(self._repository, [update], reason=f"{REASON}roll back {intent['plan']}")
        except RefMoved:
            return Moved(self.tip() or "")
        return Moved(intent["new"])

    def follow(self, intent: Facts) -> str:
        """As the protocol says."""
        if self.tip() == intent["new"]:
            fast_forward(self._repository, self._target, intent["old"], intent["new"])
        return ""


class AtRemote:
    """The branch of a remote."""

    def __init__(self, shop: Workshop, target: str, name: str) -> None:
        self._shop = shop
        self._target = target
        self._remote = find(shop.repository, name)

    def tip(self) -> str | None:
        """As the protocol says."""
        return tip_of(self._shop.repository, self._remote, self._target)

    def ready(self, old: str, new: str) -> None:
        """As the protocol says. The remote has no work tree, and the local branch may follow later."""

    def move(self, intent: Facts) -> Moved:
        """As the protocol says."""
        move = Move(self._target, intent["old"], intent["new"], recovery_ref(intent["key"], intent["new"]))
        return move_target(self._shop.repository, self._remote, move, fence.check)

    def follow(self, intent: Facts) -> str:
        """As the protocol says."""
        return follow(self._shop, intent["plan"], intent["key"], self._target, intent["new"])


def target_of(shop: Workshop, landed: Facts) -> Target:
    """Where `landed` (facts of a landing, or of a rollback's intent) took place."""
    name = landed.get("remote", "")
    return AtRemote(shop, landed["target"], name) if name else Local(shop, landed["target"])
