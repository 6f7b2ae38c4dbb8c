"""When memory is looked through for cycles."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

_ALLOCATIONS = 100_000
_LASTING = frozenset({"serve", "worker", "mcp"})
"""Commands that may go on for days."""


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look for cycles in memory seldom: what runs here makes many small objects and hardly any cycle."""
    usual = gc.get_threshold()
    gc.set_threshold(_ALLOCATIONS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def collection_for(words: Collection[str]) -> AbstractContextManager[None]:
    """How often a command looks for cycles: seldom where it comes to an end. Its imports alone are a thousand modules,
    for which memory would be looked through two hundred times."""
    return rare_collection() if _LASTING.isdisjoint(words) else nullcontext()
