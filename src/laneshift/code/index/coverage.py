"""How much of a tree the index knows, without adding to it."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.code.index import records
from laneshift.code.index.kinds import FACTS, folder_of
from laneshift.code.index.parts import Parts
from laneshift.repo.objects import Repository, Tree


@dataclass(frozen=True, slots=True)
class Coverage:
    """Python blobs of a tree, and those of them that the index has facts of; `present` when there is any index."""

    present: bool
    known: int
    blobs: int


def coverage(repository: Repository, tree: Tree) -> Coverage:
    """Ask the index on the disk. Damaged files of it are dropped, as at any other use."""
    folder = folder_of(repository.state_dir, FACTS)
    blobs = {bytes.fromhex(entry.oid) for path, entry in tree.below("") if entry.is_regular and path.endswith(".py")}
    if not folder.path.is_dir():
        return Coverage(False, 0, len(blobs))
    missing = Parts(folder, records.RecordSegment).missing(blobs)
    return Coverage(True, len(blobs) - len(missing), len(blobs))
