"""The listings of trees: kept on disk for trees that were refreshed, else derived from a near one, else from git."""

from __future__ import annotations

from collections import OrderedDict

from laneshift.code.index.deriving import derived
from laneshift.code.index.folder import IndexFolder
from laneshift.code.index.listing import Listing, Places
from laneshift.errors import Refused
from laneshift.repo.differences import few_differences
from laneshift.repo.objects import Repository

_MOST_TREES = 4
_MOST_KEPT = 8
_MOST_CHANGED = 2_000


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
            found = self._remember(tree_oid, self._read(tree_oid))
        self._trees.move_to_end(tree_oid)
        return found

    def is_empty(self) -> bool:
        """Whether no listing is known from which another could be derived."""
        return not self._trees and self.folder.newest() is None

    def keep(self, tree_oid: str, places: Places, flags: bytes) -> None:
        """Write the listing down, so that the next process need not read its folders one by one."""
        listing = self.listing(tree_oid)
        self.folder.put(tree_oid, listing.sections(places, flags), _MOST_KEPT)
        listing.places, listing.flags, listing.unplaced = places, flags, {}

    def _remember(self, tree_oid: str, listing: Listing) -> Listing:
        self._trees[tree_oid] = listing
        self._repository.folders.look_up(tree_oid, listing.entry, listing.below)
        if len(self._trees) > _MOST_TREES:
            self._trees.popitem(last=False)
        return listing

    def _read(self, tree_oid: str) -> Listing:
        found = self._kept(tree_oid) or self._derived(tree_oid)
        return Listing.of(self._repository.folders.below(tree_oid)) if found is None else found

    def _kept(self, tree_oid: str) -> Listing | None:
        sections = self.folder.get(tree_oid)
        kept = None if sections is None else Listing.read(sections)
        if kept is not None:
            self._expect(tree_oid, kept)
        return kept

    def _derived(self, tree_oid: str) -> Listing | None:
        """The listing, from that of the tree asked about last, or else kept last, where the two differ little."""
        folders = self._repository.folders
        near = next(reversed(self._trees), None) or self.folder.newest()
        if near is None:
            return None
        try:
            found = few_differences(folders, near, tree_oid, _MOST_CHANGED)
        except Refused:
            return None  # git may have dropped the tree that the index remembers; what is missing in ours is told later
        base = self._trees.get(near) or (None if found is None else self._kept(near))
        if found is None or base is None:
            return None
        made = derived(self._remember(near, base), found)
        if made is not None and not folders.knows(near):
            self._expect(tree_oid, made)
        return made

    def _expect(self, tree_oid: str, listing: Listing) -> None:
        if not self._repository.folders.knows(tree_oid):
            self._repository.folders.expect(tree_oid, listing.listed)
