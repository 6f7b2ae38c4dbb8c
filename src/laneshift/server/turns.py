"""What is looked up once for all requests that are at hand in one turn of the event loop.

Whatever changes is seen as if each had looked for itself: a request that is sent after the change cannot have been at
hand before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class OnceATurn(Generic[T]):
    """Answers of one turn, by what they are of. Used in one event loop; elsewhere every one is looked up."""

    def __init__(self) -> None:
        self._found: dict[Hashable, T] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self, of: Hashable, look: Callable[[], T]) -> T:
        """What `look` found for `of` in this turn. Raises what it raises, and keeps nothing then."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return look()
        if loop is not self._loop:
            # Another loop than before; what that one found is of no use to this one.
            self._found, self._loop = {}, loop
        elif of in self._found:
            return self._found[of]
        found = look()
        if not self._found:
            loop.call_soon(self._found.clear)
        self._found[of] = found
        return found
