"""Progress of long work as plain lines, from any thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from laneshift.runs.events import Event

SAID = frozenset({"pins", "approval", "telemetry"})
"""Kinds of events that are remarks, not progress."""


class ProgressLines:
    """A line for each remark and for each item that settled. Steps are not shown."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """`say` prints one line."""
        self._say = say
        self._started = time.monotonic()
        self._lock = Lock()

    def report(self, event: Event) -> None:
        """Show one event."""
        with self._lock:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        if event.kind in SAID:
            self._say(event.text)
        elif event.kind in ("settled", "land", "landed", "worker"):
            self._line(event)
        elif event.kind == "plan" and (event.done == event.total or event.done % 25 == 0):
            self._say(f"looked at {event.done} of {event.total} items")

    def _line(self, event: Event) -> None:
        label = f"{event.item} " if event.item else ""
        seconds = time.monotonic() - self._started
        self._say(f"{seconds:6.1f} s  {label}{event.text}")
