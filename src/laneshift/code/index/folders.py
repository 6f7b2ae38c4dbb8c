"""The files of a tree by blob id, with every folder remembered by its own id: a new tree costs its new folders."""

from __future__ import annotations

import os
import re
from collections import OrderedDict
from typing import NamedTuple

from laneshift.errors import Refused
from laneshift.repo.objects import Repository

_ENTRY = re.compile(rb"(\d+) ([^\0]+)\0(.{20})", re.DOTALL)
_FOLDER_MODES = frozenset({b"40000", b"040000"})
_MOST_FOLDERS = 100_000
_MOST_TREES = 4


class _Folder(NamedTuple):
    files: tuple[tuple[str, bytes], ...]
    folders: tuple[tuple[str, bytes], ...]


class Folders:
    """Listings of trees of one repository. Not safe to use from several threads at once."""

    def __init__(self, repository: Repository) -> None:
        self._odb = repository.handle.odb
        self._where = str(repository.common_dir)
        self._known: dict[bytes, _Folder] = {}
        self._trees: OrderedDict[str, dict[str, bytes]] = OrderedDict()

    def files(self, tree_oid: str) -> dict[str, bytes]:
        """Path to binary blob id of every regular file. Symlinks and submodules are left out.

        The result is shared: do not change it. Raises `Refused` when a folder of the tree is missing or damaged.
        """
        found = self._trees.get(tree_oid)
        if found is None:
            found = self._trees[tree_oid] = self._walk(bytes.fromhex(tree_oid))
            if len(self._trees) > _MOST_TREES:
                self._trees.popitem(last=False)
        self._trees.move_to_end(tree_oid)
        return found

    def _walk(self, root: bytes) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        stack = [("", root)]
        while stack:
            prefix, oid = stack.pop()
            folder = self._known.get(oid) or self._read(oid)
            for name, blob in folder.files:
                found[prefix + name] = blob
            for name, below in folder.folders:
                stack.append((f"{prefix}{name}/", below))
        return found

    def _read(self, oid: bytes) -> _Folder:
        try:
            _, data = self._odb.read(oid.hex())
        except (KeyError, ValueError) as error:
            raise Refused(
                "index.missing-object", f"tree {oid.hex()} cannot be read", where=self._where, why=str(error)
            ) from error
        files, folders = [], []
        for mode, name, below in _ENTRY.findall(data):
            if mode in _FOLDER_MODES:
                folders.append((os.fsdecode(name), below))
            elif mode.startswith(b"100"):
                files.append((os.fsdecode(name), below))
        if len(self._known) >= _MOST_FOLDERS:
            self._known.clear()
        folder = self._known[oid] = _Folder(tuple(files), tuple(folders))
        return folder
