"""When each session of a divided suite starts: no more at once than there are processors.

Starting and collecting takes a processor; tests may wait. Sessions beyond the number of processors would only slow the
others down while these start, and find all test modules rewritten when they come later. Their places are made ready
while the first ones load pytest: making four ready at once kept the first waiting for the last.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LOOK_SECONDS = 0.01
_LONGEST_SECONDS = 2.0
"""Where others run the tests, or collecting waits for something, nobody takes a file: then it is no use to wait."""


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Turns:
    """The turns of the sessions of one run, by number from 0 on."""

    def __init__(self, at_once: int | None = None, longest_seconds: float = _LONGEST_SECONDS) -> None:
        """`at_once` sessions start together, by default as many as there are processors."""
        self._at_once = processors() if at_once is None else at_once
        self._longest_seconds = longest_seconds
        self._ended = threading.Event()
        self._begun = 0
        self._changed = threading.Condition()

    def wait_to_prepare(self, number: int) -> None:
        """Until as many sessions have begun as start at once, or one ended; those who start at once do not wait."""
        if number >= self._at_once:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._begun >= self._at_once or self._ended.is_set(), self._longest_seconds
                )

    def has_begun(self) -> None:
        """The process of a session was started."""
        with self._changed:
            self._begun += 1
            self._changed.notify_all()

    def wait(self, number: int, taken: Callable[[], int]) -> None:
        """Until so many files of tests were `taken` that a processor is free to start this session, or one ended."""
        last = time.monotonic() + self._longest_seconds
        while taken() <= number - self._at_once and not self._ended.is_set() and time.monotonic() < last:
            self._ended.wait(_LOOK_SECONDS)

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Around a session: when it has ended, nobody waits for it to begin."""
        try:
            yield
        finally:
            self._ended.set()
            with self._changed:
                self._changed.notify_all()
