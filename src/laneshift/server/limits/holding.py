"""Names that requests at work hold for longer than a lease: one timer for all of them, not one for each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from laneshift.server.limits.quotas import StoreGone

Hold = Callable[[str, str], Awaitable[None]]
"""Holds a name, by its token, for another lease. Raises `StoreGone`."""


class Holding:
    """Holds every name of one event loop that is there when `pause` seconds have passed, and so on.

    Most requests are over long before: for them a name comes and goes, and nothing else happens.
    """

    def __init__(self, hold: Hold, pause: float) -> None:
        self._hold = hold
        self._pause = pause
        self._held: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due: asyncio.TimerHandle | asyncio.Task[None] | None = None

    def add(self, name: str, token: str) -> None:
        """Hold the name from now on, for the first time within `pause` seconds."""
        self._held[token] = name
        loop = asyncio.get_running_loop()
        if self._due is None or loop is not self._loop:
            # The timer of a loop that has ended would never come.
            self._loop = loop
            self._wait()

    def drop(self, token: str) -> None:
        """Hold the name of this token no more."""
        self._held.pop(token, None)
        if not self._held and isinstance(self._due, asyncio.Task):
            self._due.cancel()

    def _wait(self) -> None:
        self._due = asyncio.get_running_loop().call_later(self._pause, self._begin)

    def _begin(self) -> None:
        self._due = asyncio.create_task(self._beat()) if self._held else None

    async def _beat(self) -> None:
        try:
            await asyncio.gather(*(self._once(name, token) for token, name in self._held.items()))
        finally:
            self._due = None
            if self._held:
                self._wait()

    async def _once(self, name: str, token: str) -> None:
        with contextlib.suppress(StoreGone):
            await self._hold(name, token)
