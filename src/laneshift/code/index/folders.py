"""The listings of trees as the index keeps them: on disk for trees that were refreshed, else from git."""

from __future__ import annotations

from collections import OrderedDict

from laneshift.code.index.folder import IndexFolder
from laneshift.code.index.listing import Listing, Places
from laneshift.repo.objects import Repository

_MOST_TREES = 4
_MOST_KEPT = 8


class Folders:
    """Listings of trees of one repository. Not safe to use from several threads at once."""

    def __init__(self, repository: Repository, folder: IndexFolder) -> None:
        self._repository = repository
        self.folder = folder
        self._trees: OrderedDict[str, Listing] = OrderedDict()

    def listing(self, tree_oid: str) -> Listing:
        """What the tree holds. Raises `Refused` when a folder of it is missing."""
        found = self._trees.get(tree_oid)
        if found is None:
            found = self._trees[tree_oid] = self._read(tree_oid)
            if len(self._trees) > _MOST_TREES:
                self._trees.popitem(last=False)
        self._trees.move_to_end(tree_oid)
        return found

    def keep(self, tree_oid: str, places: Places, parsed: bytes) -> None:
        """Write the listing down, so that the next process need not read its folders one by one."""
        self.folder.put(tree_oid, self.listing(tree_oid).sections(places, parsed), _MOST_KEPT)

    def _read(self, tree_oid: str) -> Listing:
        folders = self._repository.folders
        sections = None if folders.knows(tree_oid) else self.folder.get(tree_oid)
        kept = None if sections is None else Listing.read(sections)
        if kept is None:
            return Listing.of(folders.below(tree_oid))
        folders.expect(tree_oid, kept.listed)
        return kept
