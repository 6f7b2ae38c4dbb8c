"""The files of a tree by blob id, as the index keeps them."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from laneshift.repo.objects import MODE_SYMLINK, Repository, Tree

_MOST_TREES = 4


class _Listing(NamedTuple):
    files: dict[str, bytes]
    links: dict[str, bytes]


class Folders:
    """Listings of trees of one repository. Not safe to use from several threads at once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._trees: OrderedDict[str, _Listing] = OrderedDict()

    def files(self, tree_oid: str) -> dict[str, bytes]:
        """Path to binary blob id of every regular file, in git's order. Symlinks and submodules are left out.

        The result is shared: do not change it. Raises `Refused` when a folder of the tree is missing.
        """
        return self._listing(tree_oid).files

    def links(self, tree_oid: str) -> dict[str, bytes]:
        """As `files`, for the symlinks: path to the id of the blob that holds the target."""
        return self._listing(tree_oid).links

    def _listing(self, tree_oid: str) -> _Listing:
        found = self._trees.get(tree_oid)
        if found is None:
            found = self._trees[tree_oid] = self._read(tree_oid)
            if len(self._trees) > _MOST_TREES:
                self._trees.popitem(last=False)
        self._trees.move_to_end(tree_oid)
        return found

    def _read(self, tree_oid: str) -> _Listing:
        found = _Listing({}, {})
        for path, entry in Tree(self._repository, tree_oid).below(""):
            if entry.is_regular:
                found.files[path] = bytes.fromhex(entry.oid)
            elif entry.mode == MODE_SYMLINK:
                found.links[path] = bytes.fromhex(entry.oid)
        return found
