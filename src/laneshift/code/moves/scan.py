"""Which files could refer to a name: those whose bytes contain its last part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from laneshift.code.moves.listing import below
from laneshift.repo.objects import MODE_SUBMODULE, Entry, Tree

Mentions = Callable[[Tree, str], Iterable[str]]
"""Given a tree and a word: the paths of (at least) all files whose bytes contain the word."""


def mentioned(tree: Tree, word: str, mentions: Mentions | None) -> Iterator[tuple[str, Entry, bytes]]:
    """The files and links whose bytes contain `word`, with their bytes. Without an index every blob is read."""
    needle = word.encode("utf-8", "surrogateescape")
    read = tree.repository.handle.read
    if mentions is None:
        found = below(tree, "")
    else:
        found = ((path, entry) for path in sorted(set(mentions(tree, word))) if (entry := tree.entry(path)) is not None)
    for path, entry in found:
        if entry.mode != MODE_SUBMODULE:
            data = read(entry.oid)[1]
            if needle in data:
                yield path, entry, data
