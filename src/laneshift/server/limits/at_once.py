"""Waits for a message for a bounded time. One that is there already costs no timer, and most are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Generator
from dataclasses import dataclass
from typing import Any

from starlette.types import Message

Steps = Generator[Any, Any, Message]


async def within(seconds: float, message: Awaitable[Message]) -> Message:
    """The message. Raises `TimeoutError` where it takes longer."""
    steps: Steps = message.__await__()
    try:
        waiting = next(steps)
    except StopIteration as there:
        found: Message = there.value
        return found
    # Not `wait_for`, which makes a task of its own of it before Python 3.12.
    async with asyncio.timeout(seconds):
        return await _Rest(steps, waiting)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left of a wait whose first step was taken: `waiting` is what that step waits for."""

    steps: Steps
    waiting: Any

    def __await__(self) -> Steps:
        waiting = self.waiting
        try:
            while True:
                try:
                    yield waiting
                except BaseException as error:  # noqa: BLE001 - also to be cancelled is for what waits
                    waiting = self.steps.throw(error)
                else:
                    waiting = next(self.steps)
        except StopIteration as there:
            found: Message = there.value
            return found
