"""The files of a tree, listed through a cache of folders.

Folders are immutable and named by their digest, so consecutive trees share every folder that did not change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import pygit2

from laneshift.repo.objects import MODE_EXECUTABLE, MODE_FILE, Entry, Tree

_MODE_TREE = 0o040000


class Item(NamedTuple):
    """One name in a folder: git mode and hexadecimal object id."""

    name: str
    mode: int
    oid: str


def folder(tree: Tree, path: str) -> tuple[Item, ...]:
    """The items directly in the folder at `path` (empty for the root); none when there is no such folder."""
    oid = _folder_oid(tree, path)
    return _Folders.of(tree).items(oid) if oid is not None else ()


def below(tree: Tree, path: str) -> Iterator[tuple[str, Entry]]:
    """Every file, symlink and submodule below the folder at `path`, by its path in the tree."""
    oid = _folder_oid(tree, path)
    if oid is not None:
        yield from _walk(_Folders.of(tree), oid, f"{path}/" if path else "")


def names(tree: Tree, path: str) -> frozenset[str]:
    """The names directly in the folder at `path`."""
    return frozenset(item.name for item in folder(tree, path))


def is_regular(mode: int) -> bool:
    """True for plain and executable files."""
    return mode in (MODE_FILE, MODE_EXECUTABLE)


class _Folders:
    """The folders of one object database."""

    def __init__(self, handle: pygit2.Repository) -> None:
        self._handle = handle
        self.items = lru_cache(maxsize=20_000)(self._read)

    @classmethod
    def of(cls, tree: Tree) -> _Folders:
        known = _CACHES.get(id(tree.repository))
        if known is None or known._handle is not tree.repository.handle:
            known = cls(tree.repository.handle)
            _CACHES[id(tree.repository)] = known
            while len(_CACHES) > 4:
                del _CACHES[next(iter(_CACHES))]
        return known

    def _read(self, oid: str) -> tuple[Item, ...]:
        return tuple(_parse(self._handle.read(oid)[1]))


_CACHES: dict[int, _Folders] = {}


def _parse(data: bytes) -> Iterator[Item]:
    """Git's own format of a folder: octal mode, space, name, NUL, twenty bytes of id."""
    at, end = 0, len(data)
    while at < end:
        space = data.index(b" ", at)
        nul = data.index(b"\0", space)
        name = os.fsdecode(data[space + 1 : nul])
        yield Item(name, int(data[at:space], 8), data[nul + 1 : nul + 21].hex())
        at = nul + 21


def _walk(folders: _Folders, oid: str, prefix: str) -> Iterator[tuple[str, Entry]]:
    for name, mode, item in folders.items(oid):
        if mode == _MODE_TREE:
            yield from _walk(folders, item, f"{prefix}{name}/")
        else:
            yield prefix + name, Entry(mode, item)


def _folder_oid(tree: Tree, path: str) -> str | None:
    folders, oid = _Folders.of(tree), tree.oid
    for part in path.split("/") if path else ():
        found = next((item for item in folders.items(oid) if item.name == part), None)
        if found is None or found.mode != _MODE_TREE:
            return None
        oid = found.oid
    return oid
