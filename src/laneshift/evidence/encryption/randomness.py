"""Random bytes for keys and nonces, from a source that is watched."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from laneshift.errors import CheckFailed

_LOOKED_AT = 12


class Randomness:
    """Draws from `source`, by default the operating system's, and refuses one that is stuck. Threads may share it."""

    def __init__(self, source: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._source = source
        self._last = b""
        self._lock = threading.Lock()

    def draw(self, size: int) -> bytes:
        """`size` fresh bytes, at least 12.

        Raises `CheckFailed` (`encryption.random-source`) when the source gives fewer, or begins as it did last time:
        one chance in 2**96 for a good one.
        """
        with self._lock:
            data = self._source(size)
            begin = data[:_LOOKED_AT]
            if len(data) != size or size < _LOOKED_AT or begin == self._last:
                raise CheckFailed(
                    "encryption.random-source",
                    "the source of random bytes repeats itself or gives too few, so nothing was encrypted",
                    cure="repair the operating system's random source",
                )
            self._last = begin
        return data
