"""Which files could refer to a name: those whose bytes contain its last part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from laneshift.code.moves.listing import below
from laneshift.repo.objects import Tree

Mentions = Callable[[Tree, str], Iterable[str]]
"""Given a tree and a word: the paths of (at least) all files whose bytes contain the word."""


def mentioned(tree: Tree, word: str, mentions: Mentions | None) -> Iterator[tuple[str, bytes]]:
    """The regular files whose bytes contain `word`, with their bytes. Without an index every blob is read."""
    needle = word.encode("utf-8", "surrogateescape")
    if mentions is not None:
        for path in sorted(set(mentions(tree, word))):
            entry = tree.entry(path)
            if entry is not None and entry.is_regular:
                data = tree.repository.blob(entry.oid)
                if needle in data:
                    yield path, data
        return
    read = tree.repository.handle.read
    for path, entry in below(tree, ""):
        if entry.is_regular:
            data = read(entry.oid)[1]
            if needle in data:
                yield path, data
