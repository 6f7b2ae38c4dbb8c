"""Decisions of one turn of the event loop, put on record together: a crowd of requests shares a transaction.

Whoever asked goes on when the decision is on record, and not before; when it cannot be, nobody of the turn does.
"""

from __future__ import annotations

import asyncio

from laneshift.errors import Bug, LaneshiftError
from laneshift.server.auth.decision_log import DecisionLog
from laneshift.server.auth.policies import Decision


class DecisionTurns:
    """The way to a log from one event loop. Threads write to the log by themselves."""

    def __init__(self, log: DecisionLog) -> None:
        self._log = log
        self._waiting: list[tuple[Decision, str, asyncio.Future[int]]] = []

    async def add(self, decision: Decision, asked: str) -> int:
        """As the log says, with those that other requests of this turn have."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            # It runs when every request that is at hand now has had its turn.
            loop.call_soon(self._write)
        recorded: asyncio.Future[int] = loop.create_future()
        self._waiting.append((decision, asked, recorded))
        return await recorded

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        numbers: list[int] = []
        failed: LaneshiftError = Bug("policy.not-recorded", "decisions were not put on record")
        try:
            numbers = self._log.add_all([(decision, asked) for decision, asked, _ in waiting])
        except LaneshiftError as error:
            failed = error
        finally:
            # Also after what nobody expected, which the loop logs: nobody may wait for ever.
            for place, (_, _, recorded) in enumerate(waiting):
                if recorded.done():
                    continue
                if numbers:
                    recorded.set_result(numbers[place])
                else:
                    recorded.set_exception(failed)
