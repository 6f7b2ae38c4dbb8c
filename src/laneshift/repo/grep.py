"""Which files of a tree contain one of several texts."""

from __future__ import annotations

from collections.abc import Collection

from laneshift.repo.objects import Tree
from laneshift.repo.searching import Found, Searching, can_search
from laneshift.repo.searching_files import SearchingFiles
from laneshift.repo.status import Status


def searched(tree: Tree, needles: Collection[str]) -> Found | None:
    """Which regular files of a tree contain one of `needles`; None where git cannot tell.

    It cannot where a needle spans lines, or when it had something to say about an object.
    """
    if not can_search(needles):
        return None
    with Searching(tree.repository.common_dir, tree.oid, needles) as searching:
        return searching.found()


def found_by(searching: Searching | SearchingFiles, tree: Tree, told: Status | None) -> Found | None:
    """What a search that is about `tree` finds, once; None where git cannot tell.

    A search through files counts where the work tree holds that tree by its status, `told` since the search began, and
    by all else that it needs; the blobs are looked through where it does not.
    """
    if isinstance(searching, Searching):
        return searching.found()
    in_files = None if told is None else searching.found(told)
    return searched(tree, searching.needles) if in_files is None else in_files


def containing(tree: Tree, needles: Collection[str]) -> list[str] | None:
    """The paths of the regular files whose bytes contain one of `needles`; no symlinks. None as for `searched`."""
    found = searched(tree, needles)
    return None if found is None else found.files
