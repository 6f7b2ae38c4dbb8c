"""What took long to compute, kept for whoever asks for the very same next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

_KEPT = 8


class Computed:
    """A few results by what they were computed from. Safe to share among threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Any:
        """The result, or None."""
        with self._lock:
            return self._kept.get(key)

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a result; the oldest goes."""
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
