"""Responses in the making: told as they come, and kept once they are over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync

from laneshift.errors import Bug, CheckFailed, LaneshiftError, Refused
from laneshift.server.answerers.kept_responses import Kept, KeptResponses
from laneshift.server.answerers.port import Usage
from laneshift.server.envelope import enveloped
from laneshift.server.models.asking import Turn
from laneshift.server.models.response_events import Event, Telling
from laneshift.server.models.response_told import OVER
from laneshift.server.problems import problem

Json = Any
_LOG = logging.getLogger("laneshift.server")


@dataclass(frozen=True)
class Job:
    """One response: how it is told, for whom, after which items. `store` is None where it is not kept.

    `request` and `hidden` are the id of the request, and folders that no error names.
    """

    telling: Telling
    by: str
    before: list[Json]
    store: KeptResponses | None
    request: str
    hidden: tuple[str, ...]

    async def events(self, turn: Turn) -> AsyncGenerator[Event, None]:
        """Every event, the last once the response is kept: who has it can go on from it."""
        for event in self.telling.begin():
            yield event
        last: list[Event] = []
        try:
            async for piece in turn.pieces():
                if isinstance(piece, Usage):
                    last = self.telling.end(piece)
                else:
                    for event in self.telling.of(piece):
                        yield event
            await turn.close()
        except LaneshiftError as error:
            await turn.close(failed=True)
            last = self._failed(error)
        await self.keep()
        for event in last:
            yield event

    async def run(self, turn: Turn) -> None:
        """All of it, for nobody who listens to each event."""
        async for _ in self.events(turn):
            continue

    async def keep(self) -> None:
        """Keep it as it stands."""
        store = self.store
        if store is not None:
            await run_sync(lambda: store.put(self.by, Kept(self.telling.response, self.before)))

    async def behind(self, turn: Turn) -> None:
        """All of it in the background: kept at its beginning and at its end, unless it was cancelled or deleted."""
        try:
            self.telling.begin()
            await self._keep_unless_over()
            await turn.begin()
            async for piece in turn.pieces():
                _ = self.telling.end(piece) if isinstance(piece, Usage) else self.telling.of(piece)
        except LaneshiftError as error:
            self._failed(error)
        except asyncio.CancelledError:
            # By whoever asked for it, which is kept already, or because the server ends.
            self._failed(CheckFailed("response.lost", "the server ended while it worked on this"))
            await self._keep_unless_over()
            raise
        except Exception as error:  # noqa: BLE001 # logged, and told to whoever asks: nobody awaits this
            _LOG.exception("response %s failed", self.telling.response["id"])
            self._failed(Bug("laneshift.bug", "a bug in laneshift", why=type(error).__name__))
        finally:
            await turn.close(failed=self.telling.response["status"] == "failed")
        await self._keep_unless_over()

    async def _keep_unless_over(self) -> None:
        store, known = self.store, self.telling.response["id"]
        if store is None:
            return
        try:
            kept = await run_sync(lambda: store.get(self.by, known))
        except Refused:
            return
        if kept.told["status"] not in OVER:
            await self.keep()

    def _failed(self, error: LaneshiftError) -> list[Event]:
        told = enveloped(problem(error, self.request, hidden=self.hidden))["error"]
        # The few codes that OpenAI has for a response that failed.
        code = "rate_limit_exceeded" if told["code"] == "rate_limit_exceeded" else "server_error"
        return self.telling.failed(code, told["message"])
