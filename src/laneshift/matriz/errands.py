"""What takes longer than an answer may: worked out behind the back of whoever asked, so that it is there next time.

One errand runs at a time, on a thread that ends when there is nothing to do. Asked for twice, it is worked out once.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from threading import Condition, Thread

_MOST = 64
_log = logging.getLogger("laneshift.matriz")


class Errands:
    """Errands by name. For any number of threads. Of more than `most` that wait, new ones are not taken."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._changed = Condition()
        self._waiting: OrderedDict[tuple[str, ...], Callable[[], object]] = OrderedDict()
        self._running: tuple[str, ...] | None = None
        self._thread: Thread | None = None

    def begin(self, name: tuple[str, ...], work: Callable[[], object]) -> bool:
        """Have `work` done soon, unless it waits or runs already; whether it will be done.

        It keeps what it finds out by itself. What it raises is told to the log.
        """
        with self._changed:
            if name == self._running or name in self._waiting:
                return True
            if len(self._waiting) >= self._most:
                return False
            self._waiting[name] = work
            if self._thread is None:
                self._thread = Thread(target=self._run, name="matriz-errands", daemon=True)
                self._thread.start()
            return True

    def wait(self, name: tuple[str, ...], seconds: float) -> bool:
        """Wait up to so many seconds for an errand; whether it neither waits nor runs any more."""
        with self._changed:
            return self._changed.wait_for(
                lambda: name != self._running and name not in self._waiting, max(0.0, seconds)
            )

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:  # noqa: BLE001 - one errand ends no other, and who asks again is told by the engine
                _log.exception("%s could not be worked out", " ".join(self._running or ()))

    def _next(self) -> Callable[[], object] | None:
        """The errand that waits longest. None when there is none: the thread then ends."""
        with self._changed:
            self._running, work = None, None
            if self._waiting:
                self._running, work = self._waiting.popitem(last=False)
            else:
                self._thread = None
            self._changed.notify_all()
            return work
