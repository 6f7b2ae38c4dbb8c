"""The files of a tree by blob id, with every folder remembered by its own id: a new tree costs its new folders."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from laneshift.errors import Refused
from laneshift.repo.objects import Repository

_ENTRY = re.compile(rb"(\d+) ([^\0]+)\0(.{20})", re.DOTALL)
_FOLDER_MODES = frozenset({b"40000", b"040000"})
_LINK_MODE = b"120000"
_MOST_FOLDERS = 100_000
_MOST_TREES = 4


class _Entry(NamedTuple):
    name: str
    oid: bytes
    is_folder: bool
    is_link: bool = False


class _Listing(NamedTuple):
    files: dict[str, bytes]
    links: dict[str, bytes]


class Folders:
    """Listings of trees of one repository. Not safe to use from several threads at once."""

    def __init__(self, repository: Repository) -> None:
        self._odb = repository.handle.odb
        self._where = str(repository.common_dir)
        self._known: dict[bytes, tuple[_Entry, ...]] = {}
        self._trees: OrderedDict[str, _Listing] = OrderedDict()

    def files(self, tree_oid: str) -> dict[str, bytes]:
        """Path to binary blob id of every regular file, in git's order. Symlinks and submodules are left out.

        The result is shared: do not change it. Raises `Refused` when a folder of the tree is missing or damaged.
        """
        return self._listing(tree_oid).files

    def links(self, tree_oid: str) -> dict[str, bytes]:
        """As `files`, for the symlinks: path to the id of the blob that holds the target."""
        return self._listing(tree_oid).links

    def _listing(self, tree_oid: str) -> _Listing:
        found = self._trees.get(tree_oid)
        if found is None:
            found = self._trees[tree_oid] = self._walk(bytes.fromhex(tree_oid))
            if len(self._trees) > _MOST_TREES:
                self._trees.popitem(last=False)
        self._trees.move_to_end(tree_oid)
        return found

    def _walk(self, root: bytes) -> _Listing:
        found = _Listing({}, {})
        stack = [("", iter(self._entries(root)))]
        while stack:
            prefix, entries = stack[-1]
            for name, oid, is_folder, is_link in entries:
                if is_folder:
                    stack.append((f"{prefix}{name}/", iter(self._entries(oid))))
                    break
                (found.links if is_link else found.files)[prefix + name] = oid
            else:
                stack.pop()
        return found

    def _entries(self, oid: bytes) -> tuple[_Entry, ...]:
        known = self._known.get(oid)
        if known is not None:
            return known
        if len(self._known) >= _MOST_FOLDERS:
            self._known.clear()
        read = self._known[oid] = tuple(self._read(oid))
        return read

    def _read(self, oid: bytes) -> Iterator[_Entry]:
        try:
            _, data = self._odb.read(oid.hex())
        except (KeyError, ValueError) as error:
            raise Refused(
                "index.missing-object", f"tree {oid.hex()} cannot be read", where=self._where, why=str(error)
            ) from error
        for mode, name, below in _ENTRY.findall(data):
            if mode in _FOLDER_MODES:
                yield _Entry(os.fsdecode(name), below, True)
            elif mode.startswith(b"100"):
                yield _Entry(os.fsdecode(name), below, False)
            elif mode == _LINK_MODE:
                yield _Entry(os.fsdecode(name), below, False, True)
