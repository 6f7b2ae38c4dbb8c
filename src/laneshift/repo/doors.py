"""Whether the current thread may still change what others see.

A thread cannot be ended from outside. Who waits for it no longer shuts its door instead: what it is in the midst of
changing is waited for, and whatever it comes to afterwards does not happen. All that changes refs, records, files of
others' or the work tree goes through `effect`; what is only remembered, such as an index, need not.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Shut(BaseException):
    """Nobody waits for this thread any more. Not an `Exception`: no work may take it for its own failure."""


class Door:
    """Stands before what one piece of work changes."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._shut = False

    def shut(self) -> None:
        """Let nothing through from now on; what is on its way through ends first."""
        with self._turn:
            self._shut = True

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Change something within the block. Raises `Shut`."""
        with self._turn:
            if self._shut:
                raise Shut
            yield


_door: ContextVar[Door | None] = ContextVar("laneshift_door", default=None)


@contextmanager
def behind(door: Door) -> Iterator[None]:
    """Have what the block changes, in this thread, go through the door."""
    token = _door.set(door)
    try:
        yield
    finally:
        _door.reset(token)


@contextmanager
def effect() -> Iterator[None]:
    """Change something within the block: all of it, or nothing where the door is shut. Raises `Shut`."""
    door = _door.get()
    if door is None:
        yield
    else:
        with door.passing():
            yield
