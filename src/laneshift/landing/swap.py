"""Landing: one compare-and-swap of one ref, decided by looking at the ref and never by memory.

The order is: intent recorded, ref swapped, ref observed, landing recorded. Whatever instant a crash chooses, looking
at the ref tells which of the three states holds, so doing it again is safe.
"""

from __future__ import annotations

from laneshift.repo.objects import Repository
from laneshift.repo.refs import RefMoved, RefUpdate, read, swap

REVERTS = "refs/laneshift/reverts/"
LANDED = "refs/laneshift/landed/"


def land(repository: Repository, target: str, expected: str, tip: str, revert: str, batch: str) -> str:
    """Move `target` from `expected` to `tip`; returns what the ref holds afterwards: `tip`, or what someone put there.

    The prepared revert and the landed tip are anchored in the same transaction, so that neither can be collected.
    """
    there = read(repository, target)
    if there == tip:
        return tip
    if there != expected:
        return there or ""
    anchors = [(REVERTS + batch, revert), (LANDED + batch, tip)]
    updates = [RefUpdate(target, expected, tip)]
    updates += [RefUpdate(ref, read(repository, ref), new) for ref, new in anchors if read(repository, ref) != new]
    try:
        swap(repository, updates, reason=f"laneshift: land {batch}")
    except RefMoved:
        return read(repository, target) or ""
    return read(repository, target) or ""
