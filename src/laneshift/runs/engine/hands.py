"""Threads for one piece of work after another.

To begin a thread for every step costs as much as the journal of the step. They are daemons: work that does not end must
not keep an interrupted process alive.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

_SECONDS = 1.0

Begin = Callable[[str, Callable[[], object]], None]
"""Has work done beside whoever asks, in a thread of this name."""


def begin_alone(name: str, work: Callable[[], object]) -> None:
    """In a thread of its own."""
    threading.Thread(target=work, name=name, daemon=True).start()


class Hands:
    """As many threads as there ever is work at once; the one that was idle last takes what comes next."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._idle: list[_Hand] = []
        self._closed = False

    def begin(self, name: str, work: Callable[[], object]) -> None:
        """Have it done in a thread of this name, with nothing left of what the thread did before but its memory."""
        with self._turn:
            hand = self._idle.pop() if self._idle else None
        if hand is None:
            hand = _Hand(self._rest)
            hand.start()
        hand.given.put((name, work))

    def close(self) -> None:
        """End the threads that have nothing to do, and each other one as soon as its work has ended."""
        with self._turn:
            self._closed = True
            idle, self._idle = self._idle, []
        for hand in idle:
            hand.given.put(None)
        for hand in idle:
            hand.join(_SECONDS)

    def _rest(self, hand: _Hand) -> bool:
        """Whether more work may come for a thread that has none."""
        with self._turn:
            if not self._closed:
                self._idle.append(hand)
            return not self._closed


class _Hand(threading.Thread):
    """One thread; `given` has its next work, None for its end."""

    def __init__(self, rest: Callable[[_Hand], bool]) -> None:
        super().__init__(daemon=True)
        self.given: SimpleQueue[tuple[str, Callable[[], object]] | None] = SimpleQueue()
        self._rest = rest

    def run(self) -> None:
        """Work until there is no more."""
        while (task := self.given.get()) is not None:
            self.name, work = task
            work()
            del task, work  # what it was about is not kept until there is other work
            if not self._rest(self):
                return
