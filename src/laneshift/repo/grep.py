"""Which files of a tree contain one of several byte strings."""

from __future__ import annotations

from collections.abc import Collection

from laneshift.repo.objects import Tree
from laneshift.repo.searching import Searching, can_search


def containing(tree: Tree, needles: Collection[str]) -> list[str] | None:
    """The paths of the regular files whose bytes contain one of `needles`; no symlinks.

    None where git cannot tell: a needle spans lines, or it had something to say about an object.
    """
    if not can_search(needles):
        return None
    with Searching(tree.repository.common_dir, tree.oid, needles) as searching:
        return searching.paths()
