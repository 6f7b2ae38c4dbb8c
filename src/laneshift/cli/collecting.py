"""When memory is looked through for cycles."""

from __future__ import annotations

import gc
from collections.abc import Collection

_ALLOCATIONS = 300_000
_LASTING = frozenset({"serve", "worker", "mcp"})
"""Commands that may go on for days."""


class Collecting:
    """How often cycles are looked for in memory within a block. What makes such a block of a generator takes a
    thirtieth of the smallest command to load."""

    __slots__ = ("_seldom", "_usual")

    def __init__(self, *, seldom: bool) -> None:
        self._seldom = seldom

    def __enter__(self) -> None:
        self._usual = gc.get_threshold()
        if self._seldom:
            gc.set_threshold(_ALLOCATIONS, *self._usual[1:])

    def __exit__(self, *_: object) -> None:
        gc.set_threshold(*self._usual)


def rare_collection() -> Collecting:
    """Look for cycles in memory seldom: what runs here makes many small objects and hardly any cycle."""
    return Collecting(seldom=True)


def collection_for(words: Collection[str]) -> Collecting:
    """How often a command looks for cycles: seldom where it comes to an end. Its imports alone are a thousand modules,
    for which memory would be looked through two hundred times."""
    return Collecting(seldom=_LASTING.isdisjoint(words))
