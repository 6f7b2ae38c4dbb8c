"""Runs step functions in threads: the heavy ones only so many at a time, first come first served."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from types import TracebackType

from laneshift.runs.engine.fence import OPEN, Fence, LeaseLost, enter
from laneshift.runs.engine.hands import Begin, begin_alone
from laneshift.runs.engine.port import Json, Step, StepFailed
from laneshift.runs.engine.values import facts_of, plain


class Work:
    """The threads of one engine. `workers` heavy steps run at once; light steps are never held back.

    Threads are daemons: a step that does not end must not keep an interrupted process alive. What it does then is
    what it does in a crash, and every step is written for that.
    """

    def __init__(self, workers: int, fence: Fence = OPEN, begin: Begin = begin_alone) -> None:
        """`fence` is checked before every step, and can be checked by the step. `begin` gives each its thread."""
        self._slots = asyncio.Semaphore(workers)
        self._fence = fence
        self._begin = begin
        self.pressing = 0
        """Heavy steps that run or wait for a slot."""

    async def heavy(self, name: str, function: Step, argument: Json) -> Json:
        """As `light`, in turn."""
        self.pressing += 1
        try:
            async with self._slots:
                return await self.light(name, function, argument)
        finally:
            self.pressing -= 1

    async def light(self, name: str, function: Step, argument: Json, fence: Fence | None = None) -> Json:
        """The result of the step as plain data. Raises `StepFailed` with the facts, whatever the step raised.

        Raises `LeaseLost` when this process was replaced: before the step, or when the step found out.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Json] = loop.create_future()

        def settle(value: Json, error: StepFailed | LeaseLost | None) -> None:
            if done.cancelled():
                return
            if error is None:
                done.set_result(value)
            else:
                done.set_exception(error)

        def work() -> None:
            value: Json = None
            with _Caught() as caught:
                enter(fence or self._fence)
                value = plain(function(argument))
            failure: StepFailed | LeaseLost | None = None
            if isinstance(caught.error, LeaseLost):
                failure = caught.error
            elif caught.error is not None:
                failure = StepFailed(facts_of(caught.error, "engine.step-crashed", f"the step {name}"))
            with contextlib.suppress(RuntimeError):  # the loop is closed: the engine is gone, and so is who waited
                loop.call_soon_threadsafe(settle, value, failure)

        context = contextvars.copy_context()
        self._begin(f"step-{name}", lambda: context.run(work))
        return await done


class _Caught:
    """Takes whatever leaves the block, even `SystemExit`: the end of a thread would be the end of nobody's wait."""

    error: BaseException | None = None

    def __enter__(self) -> _Caught:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return True
