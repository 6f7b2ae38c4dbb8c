"""A bounded memory of values that never change, shared between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sized
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Sized)


class Memory(Generic[K, V]):
    """Keeps the values used last, as many as weigh `capacity` together. A value weighs its length plus one."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.weight = 0
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value kept for `key`, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: K, value: V) -> V:
        """Keep `value` and forget the oldest ones that no longer fit. Gives back `value`."""
        with self._lock:
            replaced = self._kept.pop(key, None)
            self.weight += len(value) + 1 - (0 if replaced is None else len(replaced) + 1)
            self._kept[key] = value
            while self.weight > self.capacity and len(self._kept) > 1:
                self.weight -= len(self._kept.popitem(last=False)[1]) + 1
        return value
