"""Answers in the memory of one server. They end with it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from laneshift.server.limits.idempotency import Begun
from laneshift.server.limits.kept_answer import Answer

_MOST_BYTES = 64 * 2**20
_ENTRY_BYTES = 1000


@dataclass(slots=True)
class _Held:
    request: str
    token: str
    until: float
    answer: Answer | None = None

    @property
    def size(self) -> int:
        body = self.answer.body if self.answer is not None else b""
        return _ENTRY_BYTES + len(body or b"")


class OwnAnswers:
    """As the port `Answers` says, within one event loop. Beyond 64 MiB the oldest answers go first."""

    def __init__(self, kept: float, lease: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Answers are kept for `kept` seconds; whoever does not hold on loses the name after `lease` seconds."""
        self._kept = kept
        self._lease = lease
        self._clock = clock
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._bytes = 0

    @property
    def lease(self) -> float:
        """As the port says."""
        return self._lease

    async def begin(self, name: str, request: str, token: str) -> Begun:
        """As the port says."""
        found = self._held.get(name)
        if found is not None and found.until > self._clock():
            if found.request != request:
                return Begun("other")
            if found.answer is None:
                return Begun("busy")
            return Begun("lost") if found.answer.body is None else Begun("kept", found.answer)
        self._put(name, _Held(request, token, self._clock() + self._lease))
        return Begun("ours")

    async def hold(self, name: str, token: str) -> None:
        """As the port says."""
        found = self._mine(name, token)
        if found is not None:
            found.until = self._clock() + self._lease

    async def keep(self, name: str, token: str, answer: Answer) -> None:
        """As the port says."""
        found = self._mine(name, token)
        if found is not None:
            self._put(name, _Held(found.request, "", self._clock() + self._kept, answer))

    async def free(self, name: str, token: str) -> None:
        """As the port says."""
        if self._mine(name, token) is not None:
            self._drop(name)

    def _mine(self, name: str, token: str) -> _Held | None:
        found = self._held.get(name)
        return found if found is not None and found.token == token else None

    def _put(self, name: str, held: _Held) -> None:
        self._drop(name)
        self._held[name] = held
        self._bytes += held.size
        for other in self._to_go(name):
            self._drop(other)

    def _to_go(self, name: str) -> list[str]:
        """Whose time is up, and the oldest answers beyond what there is room for; never the newest one, `name`."""
        now, over, found = self._clock(), self._bytes - _MOST_BYTES, list[str]()
        # Every request comes by here: no more is looked at than goes, and what is at work.
        for other, held in self._held.items():
            if other == name:
                break
            if held.until <= now or (over > 0 and held.answer is not None):
                found.append(other)
                over -= held.size
            elif over <= 0:
                break
        return found

    def _drop(self, name: str) -> None:
        found = self._held.pop(name, None)
        if found is not None:
            self._bytes -= found.size
