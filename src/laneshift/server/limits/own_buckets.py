"""Buckets in the memory of one server."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from laneshift.server.limits.bucket import Level, Rate, Taken, take

_SWEPT = 10_000


class OwnBuckets:
    """A bucket for each name. Those that are full again are forgotten, so that addresses do not pile up."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds and never goes back."""
        self._clock = clock
        self._levels: dict[str, tuple[Level, Rate]] = {}
        self._next_sweep = _SWEPT
        self._lock = Lock()

    async def take(self, name: str, rate: Rate, amount: float = 1, *, used: bool = False) -> Taken:
        """As the port says; it is always there."""
        now = self._clock()
        with self._lock:
            before = self._levels.get(name)
            level, taken = take(rate, None if before is None else before[0], now, amount, used=used)
            self._levels[name] = (level, rate)
            if len(self._levels) >= self._next_sweep:
                self._sweep(now)
        return taken

    def _sweep(self, now: float) -> None:
        self._levels = {
            name: (level, rate)
            for name, (level, rate) in self._levels.items()
            if level.tokens + (now - level.at) * rate.rate < rate.burst
        }
        self._next_sweep = max(_SWEPT, 2 * len(self._levels))
