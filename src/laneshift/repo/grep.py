"""Which files of a tree contain one of several texts."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from laneshift.repo.objects import Tree
from laneshift.repo.searching import Searching, can_search


class Found(NamedTuple):
    """Paths of the regular files that contain one of several texts, and of all symlinks."""

    files: list[str]
    links: list[str]


def searched(tree: Tree, needles: Collection[str]) -> Found | None:
    """Which regular files of a tree contain one of `needles`; None where git cannot tell.

    It cannot where a needle spans lines, or when it had something to say about an object.
    """
    if not can_search(needles):
        return None
    with Searching(tree.repository.common_dir, tree.oid, needles) as searching:
        return found_by(searching)


def found_by(searching: Searching) -> Found | None:
    """What a search finds, once; None where git had something to say about an object."""
    files = searching.paths()
    return None if files is None else Found(files, searching.links())


def containing(tree: Tree, needles: Collection[str]) -> list[str] | None:
    """The paths of the regular files whose bytes contain one of `needles`; no symlinks. None as for `searched`."""
    found = searched(tree, needles)
    return None if found is None else found.files
