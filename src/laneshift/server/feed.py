"""The journal as a stream: one reader for all clients, who are woken when something was recorded.

A client names the last record that it has; what came after is taken from memory, or from the journal for one who was
away for long. So nothing is missed and nothing comes twice, across restarts too.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator

from anyio.to_thread import run_sync

from laneshift.errors import LaneshiftError
from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record

_LOG = logging.getLogger("laneshift.server")
_LOOK_SECONDS = 0.25
_REMEMBERED = 4096
_PAGE = 500


class Feed:
    """What is recorded, for whoever follows. Made in any thread, used in one event loop."""

    def __init__(self, journal: JournalPort) -> None:
        self._journal = journal
        self._recent: deque[Record] = deque(maxlen=_REMEMBERED)
        self._seq = 0
        self._wake = asyncio.Event()
        self._stopping = False
        self.followers = 0

    async def run(self) -> None:
        """Look for new records until stopped. A journal that cannot be read now is looked at again, and logged."""
        self._seq = await run_sync(self._tip)
        while not self._stopping:
            if self.followers:
                try:
                    await self._look()
                except LaneshiftError as error:
                    _LOG.warning("the journal cannot be followed: %s [%s]", error.what, error.code)
            await asyncio.sleep(_LOOK_SECONDS)

    def stop(self) -> None:
        """End every stream."""
        self._stopping = True
        self._woken()

    async def start(self, after: int | None) -> int:
        """The number after which to follow: `after`, or the last record there is now.

        A number above that one is of another journal, so there is nothing to resume.
        """
        tip = await run_sync(self._tip)
        return tip if after is None or after > tip else after

    async def follow(self, position: int, pause: float) -> AsyncIterator[list[Record]]:
        """Every record after number `position`, as they come; nothing now and then, at least every `pause` seconds.

        Ends when the server stops.
        """
        self.followers += 1
        try:
            while not self._stopping:
                wake = self._wake
                found = await self._since(position)
                if found:
                    position = found[-1].seq
                else:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(pause):
                            await wake.wait()
                if not self._stopping:
                    yield found
        finally:
            self.followers -= 1

    async def _since(self, position: int) -> list[Record]:
        if position >= self._seq:
            return []
        if self._recent and self._recent[0].seq <= position + 1:
            return [record for record in self._recent if record.seq > position][:_PAGE]
        return await run_sync(lambda: self._journal.records(after=position, limit=_PAGE))

    async def _look(self) -> None:
        while new := await run_sync(lambda: self._journal.records(after=self._seq, limit=_PAGE)):
            self._recent.extend(new)
            self._seq = new[-1].seq
            self._woken()

    def _woken(self) -> None:
        self._wake.set()
        self._wake = asyncio.Event()

    def _tip(self) -> int:
        found = self._journal.tip()
        return found.seq if found is not None else 0
