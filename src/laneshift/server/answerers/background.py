"""What works while nobody waits for it, in one server."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class Background:
    """Tasks by name. Used in one event loop."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Have it done."""
        task = asyncio.ensure_future(work)
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    def cancel(self, name: str) -> None:
        """Cancel it, where it is done here."""
        task = self._running.get(name)
        if task is not None:
            task.cancel()

    @property
    def names(self) -> frozenset[str]:
        """What is at work."""
        return frozenset(self._running)

    async def close(self) -> None:
        """Cancel everything, and wait until it has ended."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
