"""Whether the current thread may still change what others see.

A thread cannot be ended from outside. Who waits for it no longer shuts its door instead: what it is in the midst of
changing is waited for, and whatever it comes to afterwards does not happen. All that changes refs, records, files of
others' or the work tree goes through `effect`; what is only remembered, such as an index, need not. A command that runs
on behalf of the thread ends when `until_shut` says so.
"""

from __future__ import annotations

import os
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
        self._watching = threading.Lock()
        self._ending = False
        self._ends: set[int] = set()

    def shut(self) -> None:
        """Let nothing through from now on; what runs is told to end, and what is on its way through ends first."""
        with self._watching:
            self._ending = True
            while self._ends:
                os.close(self._ends.pop())
        with self._turn:
            self._shut = True

    @property
    def is_ending(self) -> bool:
        """Whether it is shut, or about to be."""
        return self._ending

    @contextmanager
    def watched(self) -> Iterator[int]:
        """A descriptor that has no writer any more as soon as the door is shut."""
        told, end = os.pipe()
        with self._watching:
            if self._ending:
                os.close(end)
            else:
                self._ends.add(end)
        try:
            yield told
        finally:
            with self._watching:
                if end in self._ends:
                    self._ends.remove(end)
                    os.close(end)
            os.close(told)

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
def until_shut() -> Iterator[int | None]:
    """A descriptor that has no writer any more once the door of this thread is shut; None where it has no door.

    Raises `Shut` at the end of the block, where the door was shut by then.
    """
    door = _door.get()
    if door is None:
        yield None
        return
    with door.watched() as told:
        yield told
    if door.is_ending:
        raise Shut


@contextmanager
def effect() -> Iterator[None]:
    """Change something within the block: all of it, or nothing where the door is shut. Raises `Shut`."""
    door = _door.get()
    if door is None:
        yield
    else:
        with door.passing():
            yield
