"""Whether anybody is being answered, so that what nobody waits for gives way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

_REST = 0.5
_PATIENCE = 5.0


class Quiet:
    """It is quiet when nobody was answered for `rest` seconds. For any number of threads."""

    def __init__(
        self, rest: float = _REST, patience: float = _PATIENCE, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._rest, self._patience, self._now = rest, patience, now
        self._changed = Condition()
        self._answering = 0
        self._last = now() - rest

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody is being answered."""
        with self._changed:
            self._answering += 1
        try:
            yield
        finally:
            with self._changed:
                self._answering -= 1
                self._last = self._now()
                self._changed.notify_all()

    def left(self) -> float:
        """Seconds until it is quiet, as far as can be said now; 0 when it is."""
        with self._changed:
            return self._left()

    def wait(self) -> None:
        """Wait until it is quiet, but no longer than `patience`: what is never begun never ends."""
        until = self._now() + self._patience
        with self._changed:
            while (left := min(self._left(), until - self._now())) > 0:
                self._changed.wait(left)

    def _left(self) -> float:
        return self._rest if self._answering else max(0.0, self._last + self._rest - self._now())
