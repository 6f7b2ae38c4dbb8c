"""An event loop in a thread of its own, so that the main thread stays free for signals."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from typing import TypeVar

from laneshift.errors import NeedsPerson

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for other threads."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[None, None, T]) -> T:
        """The result of the coroutine. An interrupt of the caller stops the wait at once and cancels the coroutine.

        Raises `NeedsPerson` when the loop is wound down meanwhile, or was before.
        """
        try:
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError as error:  # the loop is closed; asyncio has no kind of its own for it
            work.close()
            raise closed() from error
        try:
            return future.result()
        except CancelledError as error:
            raise closed() from error
        finally:
            future.cancel()

    def stop(self) -> None:
        """Cancel what is left, end the thread and free the loop."""
        asyncio.run_coroutine_threadsafe(_cancel_the_rest(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def closed() -> NeedsPerson:
    """What is told to whoever waits for an engine that was closed meanwhile."""
    return NeedsPerson("engine.closed", "the engine was closed", cure="run `laneshift resume`")


async def _cancel_the_rest() -> None:
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
