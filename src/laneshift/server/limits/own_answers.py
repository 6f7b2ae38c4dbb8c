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
_OURS = Begun("ours")


@dataclass(slots=True)
class _Held:
    request: str
    token: str
    until: float
    answer: Answer | None = None
    size: int = _ENTRY_BYTES


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
        now, found = self._clock(), self._held.get(name)
        if found is not None and found.until > now:
            if found.request != request:
                return Begun("other")
            if found.answer is None:
                return Begun("busy")
            return Begun("lost") if found.answer.body is None else Begun("kept", found.answer)
        self._drop(name)
        self._held[name] = _Held(request, token, now + self._lease)
        self._bytes += _ENTRY_BYTES
        self._make_room(name, now)
        return _OURS

    async def hold(self, name: str, token: str) -> None:
        """As the port says."""
        found = self._mine(name, token)
        if found is not None:
            found.until = self._clock() + self._lease

    async def keep(self, name: str, token: str, answer: Answer) -> None:
        """As the port says."""
        found = self._mine(name, token)
        if found is not None:
            now, more = self._clock(), len(answer.body or b"")
            found.token, found.until, found.answer = "", now + self._kept, answer
            found.size += more
            self._bytes += more
            self._held.move_to_end(name)
            self._make_room(name, now)

    async def free(self, name: str, token: str) -> None:
        """As the port says."""
        if self._mine(name, token) is not None:
            self._drop(name)

    def _mine(self, name: str, token: str) -> _Held | None:
        found = self._held.get(name)
        return found if found is not None and found.token == token else None

    def _make_room(self, name: str, now: float) -> None:
        # Every request comes by here, and there is nothing to do for most.
        if self._bytes > _MOST_BYTES or next(iter(self._held.values())).until <= now:
            for other in self._to_go(name, now):
                self._drop(other)

    def _to_go(self, name: str, now: float) -> list[str]:
        """Whose time is up, and the oldest answers beyond what there is room for; never the newest one, `name`."""
        over, found = self._bytes - _MOST_BYTES, list[str]()
        # No more is looked at than goes, and what is at work.
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
