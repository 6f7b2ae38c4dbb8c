"""Landing: one compare-and-swap of one ref, decided by looking at the ref and never by memory.

The order is: intent recorded, ref swapped, ref observed, landing recorded. Whatever instant a crash chooses, looking
at the ref tells which of the three states holds, so doing it again is safe. A target that moved on from the tip holds
it too: what others built on a landing is no reason to land it twice.
"""

from __future__ import annotations

from laneshift.repo.commits import is_ancestor
from laneshift.repo.objects import Repository
from laneshift.repo.refs import RefMoved, RefUpdate, read, swap

REVERTS = "refs/laneshift/reverts/"
LANDED = "refs/laneshift/landed/"
REASON = "laneshift: "
"""How the notes of ours in the logs of refs begin."""


def land(repository: Repository, target: str, expected: str, tip: str, revert: str, batch: str) -> str:
    """Move `target` from `expected` to `tip`; returns `tip` when the target holds it, or what it holds instead.

    The prepared revert and the landed tip are anchored in the same transaction, so that neither can be collected.
    """
    there = read(repository, target)
    if there is not None and is_ancestor(repository, tip, there):
        return tip
    if there != expected:
        return there or ""
    updates = [RefUpdate(target, expected, tip), *_anchors(repository, batch, tip, revert)]
    try:
        swap(repository, updates, reason=f"{REASON}land {batch}")
    except RefMoved:
        return read(repository, target) or ""
    return tip


def anchor(repository: Repository, batch: str, tip: str, revert: str) -> None:
    """Keep both ends of the way back of what landed elsewhere."""
    swap(repository, _anchors(repository, batch, tip, revert), reason=f"{REASON}land {batch}")


def _anchors(repository: Repository, batch: str, tip: str, revert: str) -> list[RefUpdate]:
    wanted = [(REVERTS + batch, revert), (LANDED + batch, tip)]
    held = {ref: read(repository, ref) for ref, _ in wanted}
    return [RefUpdate(ref, held[ref], new) for ref, new in wanted if held[ref] != new]
