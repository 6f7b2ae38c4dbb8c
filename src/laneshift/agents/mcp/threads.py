"""A question answered in a thread: how far it is goes to the client, and it ends when the client no longer waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from anyio import CancelScope, CapacityLimiter, create_task_group, sleep_forever
from anyio.to_thread import run_sync

from laneshift.agents.desk.working import Working
from laneshift.repo.doors import Door, Shut, behind

T = TypeVar("T")
Tell = Callable[[float, str], Awaitable[None]]
"""Told a number that rises, and a line."""


class Stopped(Exception):
    """Nobody waits for the answer any more."""


async def answered(ask: Callable[[Working], T], tell: Tell, limiter: CapacityLimiter) -> T:
    """What `ask` gives, in a thread of its own.

    When this is cancelled, the work is told to end and waited for: commands that it started are ended, and it changes
    nothing from then on. Raises what `ask` raises, and `Stopped` where that is `Shut`.
    """
    slot = _Slot()
    working = Working(slot.put)
    ended = _Ended[T]()
    async with create_task_group() as tasks:
        tasks.start_soon(_ending, working)
        tasks.start_soon(slot.pass_on, tell)
        try:
            await run_sync(ended.keep, lambda: ask(working), working.door, limiter=limiter)
        finally:
            tasks.cancel_scope.cancel()
    return ended.told()


class _Ended(Generic[T]):
    """What a thread came to. It is raised outside of the tasks beside it, which would wrap it in a group."""

    def __init__(self) -> None:
        self._found: list[T] = []
        self._error: Exception | None = None

    def keep(self, do: Callable[[], T], door: Door) -> None:
        try:
            with behind(door):
                self._found.append(do())
        except Shut:
            self._error = Stopped()
        except Exception as error:  # noqa: BLE001 - raised again by whoever asked
            self._error = error

    def told(self) -> T:
        if self._error is not None:
            raise self._error
        return self._found[0]


async def _ending(working: Working) -> None:
    """Shuts the door as soon as this is cancelled, which a thread cannot be."""
    try:
        await sleep_forever()
    finally:
        with CancelScope(shield=True):
            # In a thread: what is in the midst of a change is waited for.
            await run_sync(working.door.shut)


class _Slot:
    """The last line that was told. Lines that come faster than they can be sent are passed over."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._some = asyncio.Event()
        self._text = ""

    def put(self, text: str) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._set, text)

    def _set(self, text: str) -> None:
        self._text = text
        self._some.set()

    async def pass_on(self, tell: Tell) -> None:
        """Until cancelled."""
        number = 0
        while True:
            await self._some.wait()
            self._some.clear()
            number += 1
            await tell(float(number), self._text)
