"""The files of a tree by blob id, as the index keeps them: on disk for trees that were refreshed, else from git."""

from __future__ import annotations

import os
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from laneshift.code.index.folder import IndexFolder
from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK, Entry, Listed
from laneshift.repo.objects import Repository

_MOST_TREES = 4
_MOST_KEPT = 8
_HEX = 40


class _Listing(NamedTuple):
    files: dict[str, bytes]
    links: dict[str, bytes]
    blobs: frozenset[bytes]


class Folders:
    """Listings of trees of one repository. Not safe to use from several threads at once."""

    def __init__(self, repository: Repository, folder: IndexFolder) -> None:
        self._repository = repository
        self._folder = folder
        self._trees: OrderedDict[str, _Listing] = OrderedDict()

    def files(self, tree_oid: str) -> dict[str, bytes]:
        """Path to binary blob id of every regular file, in git's order. Symlinks and submodules are left out.

        The result is shared: do not change it. Raises `Refused` when a folder of the tree is missing.
        """
        return self._listing(tree_oid).files

    def links(self, tree_oid: str) -> dict[str, bytes]:
        """As `files`, for the symlinks: path to the id of the blob that holds the target."""
        return self._listing(tree_oid).links

    def blobs(self, tree_oid: str) -> frozenset[bytes]:
        """The ids that `files` gives, each once."""
        return self._listing(tree_oid).blobs

    def keep(self, tree_oid: str) -> None:
        """Write the listing down, so that the next process need not read its folders one by one."""
        self._folder.put(tree_oid, _sections(self._repository.folders.below(tree_oid)), _MOST_KEPT)

    def _listing(self, tree_oid: str) -> _Listing:
        found = self._trees.get(tree_oid)
        if found is None:
            found = self._trees[tree_oid] = self._read(tree_oid)
            if len(self._trees) > _MOST_TREES:
                self._trees.popitem(last=False)
        self._trees.move_to_end(tree_oid)
        return found

    def _read(self, tree_oid: str) -> _Listing:
        if not self._repository.folders.knows(tree_oid):
            sections = self._folder.get(tree_oid)
            listed = _listed(sections) if sections is not None else None
            if listed is not None:
                self._repository.folders.know(tree_oid, listed)
        files, links, binary = dict[str, bytes](), dict[str, bytes](), bytes.fromhex
        for path, entry in self._repository.folders.below(tree_oid):
            mode = entry.mode
            if mode in (MODE_FILE, MODE_EXECUTABLE):
                files[path] = binary(entry.oid)
            elif mode == MODE_SYMLINK:
                links[path] = binary(entry.oid)
        return _Listing(files, links, frozenset(files.values()))


def _sections(listed: Listed) -> list[bytes]:
    """Paths, modes and ids, each with a NUL behind it or of one size."""
    paths = os.fsencode("".join(f"{path}\0" for path, _ in listed))
    modes = array("H", (entry.mode for _, entry in listed)).tobytes()
    return [paths, modes, b"".join(bytes.fromhex(entry.oid) for _, entry in listed)]


def _listed(sections: Sequence[memoryview]) -> Listed | None:
    if len(sections) != 3:
        return None
    paths, oids = os.fsdecode(bytes(sections[0])).split("\0")[:-1], sections[2].hex()
    modes = sections[1].cast("B").cast("H")
    if not len(paths) == len(modes) == len(oids) // _HEX:
        return None
    entries = map(Entry, modes, (oids[at : at + _HEX] for at in range(0, len(oids), _HEX)))
    return tuple(zip(paths, entries, strict=True))
