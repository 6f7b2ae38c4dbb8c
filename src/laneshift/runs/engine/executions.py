"""The workflows that run in this process, and who waits for their end. Used on the engine's event loop only.

One process works on a store, so the end of every workflow happens here: nobody has to ask the store again and again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from laneshift.errors import LaneshiftError
from laneshift.runs.engine.port import Json, StepFailed


@dataclass(frozen=True)
class Outcome:
    """How a workflow ended: with a value, or with an error to raise.

    A `StepFailed` is its own end. A `LaneshiftError` is the engine's, in this process: the workflow has not ended.
    """

    value: Json = None
    error: StepFailed | LaneshiftError | None = None

    def unwrap(self) -> Json:
        """The value. Raises the error if there is one."""
        if self.error is not None:
            raise self.error
        return self.value


def cancelled(key: str) -> Outcome:
    """The end of a workflow that was cancelled."""
    return Outcome(error=StepFailed({"code": "engine.cancelled", "what": "this workflow was cancelled", "where": key}))


def forgotten(key: str) -> StepFailed:
    """What somebody is told who waits for the end of a workflow that was deleted meanwhile."""
    gone = "its history was forgotten while it was needed"
    return StepFailed({"code": "engine.forgotten", "what": gone, "where": key})


@dataclass
class Execution:
    """One running workflow: its task, and how many of its steps are in flight."""

    task: asyncio.Task[Json]
    stepping: int = 0
    stopping: bool = False

    @contextmanager
    def step(self) -> Iterator[None]:
        """Count a step. A workflow that was told to stop stops at either end of it."""
        if self.stopping:
            raise asyncio.CancelledError
        self.stepping += 1
        try:
            yield
        finally:
            self.stepping -= 1
        if self.stopping:
            raise asyncio.CancelledError

    def stop(self) -> None:
        """Stop now, or when the steps in flight have ended."""
        self.stopping = True
        if not self.stepping:
            self.task.cancel()


@dataclass
class Executions:
    """All of them. `on_loss` is told of an error that kept an outcome from being stored."""

    on_loss: Callable[[BaseException], None]
    running: dict[str, Execution] = field(default_factory=dict)
    closing: bool = False
    _waiting: dict[str, set[asyncio.Future[Outcome]]] = field(default_factory=dict)

    def enter(self, key: str) -> Execution:
        """Register the current task as the run of `key`. Raises `CancelledError` while the engine closes."""
        task = asyncio.current_task()
        if self.closing or task is None:
            raise asyncio.CancelledError
        execution = Execution(task)
        self.running[key] = execution
        task.add_done_callback(lambda _: self._left(key, execution))
        return execution

    def expect(self, key: str) -> asyncio.Future[Outcome]:
        """A future for the end of `key`, from now on. The end may have come before: ask the store too."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(key, set())
        waiting.add(future)
        future.add_done_callback(lambda _: self._forget(key, future))
        return future

    def expected(self) -> set[str]:
        """The keys that somebody waits for."""
        return set(self._waiting)

    def announce(self, key: str, outcome: Outcome) -> None:
        """Tell everybody who waits for the key."""
        for future in list(self._waiting.get(key, ())):
            if not future.done():
                future.set_result(outcome)

    async def wind_down(self, seconds: float) -> None:
        """Stop everything: steps in flight get `seconds` to end and be remembered."""
        self.closing = True
        tasks = [execution.task for execution in self.running.values()]
        for execution in list(self.running.values()):
            execution.stop()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _forget(self, key: str, future: asyncio.Future[Outcome]) -> None:
        waiting = self._waiting.get(key, set())
        waiting.discard(future)
        if not waiting:
            self._waiting.pop(key, None)

    def _left(self, key: str, execution: Execution) -> None:
        if self.running.get(key) is execution:
            del self.running[key]
        if execution.task.cancelled():
            return
        error = execution.task.exception()
        if error is None:
            self.announce(key, Outcome(execution.task.result()))
        elif isinstance(error, StepFailed):
            self.announce(key, Outcome(error=error))
        else:
            self.on_loss(error)
