"""The index as the move engine asks for it: which files mention a word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from laneshift.code.index import Index
from laneshift.code.moves import Mentions
from laneshift.repo.objects import Tree

_INDEXED = re.compile(r"[A-Za-z0-9_]+", re.ASCII)


def by_index(index: Index) -> Mentions:
    """A prefilter that reads the index; for a word that the index does not keep, every file may mention it."""

    def mentions(tree: Tree, word: str) -> Iterable[str]:
        if _INDEXED.fullmatch(word):
            return index.mentions(tree, word.encode())
        return tree.entries

    return mentions
