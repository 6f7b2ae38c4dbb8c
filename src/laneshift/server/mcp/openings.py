"""How many sessions one credential may open: what one of them takes is not there for the others."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from laneshift.errors import Refused

MOST = 64
SECONDS = 900.0
"""So many in so much time. A session that nobody uses for as long is closed."""


class Openings:
    """Counts what was opened lately. Used in one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._opened: dict[str, deque[float]] = {}

    def count(self, credential: str) -> None:
        """One more. Raises `Refused` (`mcp.too-many-sessions`)."""
        now = self._clock()
        for other, times in list(self._opened.items()):
            while times and times[0] <= now - SECONDS:
                times.popleft()
            if not times:
                del self._opened[other]
        own = self._opened.setdefault(credential, deque())
        if len(own) >= MOST:
            raise Refused(
                "mcp.too-many-sessions",
                f"this credential opened {MOST} sessions within {SECONDS:.0f} s",
                cure="keep a session, or speak a version of the protocol that has none",
            )
        own.append(now)
