"""The clock that budgets are kept by."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol


class Alarm(Protocol):
    """Something that will be called."""

    def cancel(self) -> None:
        """It will not be."""
        ...


class Clock(Protocol):
    """Seconds that only go forward, for any thread; and alarms on the event loop that is running."""

    def now(self) -> float:
        """The time."""
        ...

    def alarm(self, at: float, call: Callable[[], None]) -> Alarm:
        """Have `call` called on this event loop when it is `at`."""
        ...


class Monotonic:
    """The clock of the machine."""

    def now(self) -> float:
        """As the port says."""
        return time.monotonic()

    def alarm(self, at: float, call: Callable[[], None]) -> Alarm:
        """As the port says."""
        return asyncio.get_running_loop().call_later(max(0.0, at - time.monotonic()), call)


async def done_by(at: float, future: asyncio.Future[Any], clock: Clock) -> bool:
    """Whether `future` is done before it is `at`; what it came to is not looked at, and it is never cancelled."""
    if future.done():
        return True
    woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def wake(*_: object) -> None:
        if not woken.done():
            woken.set_result(None)

    alarm = clock.alarm(at, wake)
    future.add_done_callback(wake)
    try:
        await woken
    finally:
        alarm.cancel()
        future.remove_done_callback(wake)
    return future.done()
