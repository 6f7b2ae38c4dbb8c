"""The threads that nodes run on: a bounded number, of which one node gets only some, so that none can take them all.

Each thread has an event loop of its own, so a body may compute as well as await. A body that awaits is cancelled when
it is given up. One that computes cannot be stopped: its thread is counted as hanging until it comes back, keeps its
place, and the end of the process does not wait for it. So there are never more threads than `size`, and `each` of
them for one node.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from threading import Condition, Event, Thread, current_thread
from typing import Any

from laneshift.errors import Bug, CheckFailed, Refused

SIZE, EACH = 16, 4
_IDLE_SECONDS = 30.0
_log = logging.getLogger("laneshift.matriz")

Body = Callable[[], Coroutine[Any, Any, Any]]


class Job:
    """One call of a node. `begun` and `ended` complete on the event loop of whoever asked for it.

    `ended` gives what the body gave, or raises what it raised, an `asyncio.CancelledError` of its own included.
    """

    def __init__(self, name: str, body: Body) -> None:
        self.name = name
        self.body = body
        self.given_up = Event()
        self.dropped = False
        """Whether whoever asked waits no more; looked at on their loop alone."""
        self.loop = asyncio.get_running_loop()
        self.begun: asyncio.Future[None] = self.loop.create_future()
        self.ended: asyncio.Future[Any] = self.loop.create_future()
        self.context = contextvars.copy_context()
        self.stop: Callable[[], object] | None = None
        """Cancels the body on its own loop, once there is one."""

    def end(self) -> None:
        """Nothing comes of it any more."""
        self.begun.cancel()
        self.ended.cancel()

    def tell(self, tell: Callable[[], None]) -> None:
        """Have `tell` called where the job was asked for; nobody is told when that loop has ended."""
        try:
            self.loop.call_soon_threadsafe(tell)
        except RuntimeError:
            _log.debug("nobody waits for %s any more: their event loop has ended", self.name)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many threads there may be, there are, and are at work; by node, the calls that hang though given up."""

    size: int
    threads: int
    busy: int
    hanging: Mapping[str, int]


class Crew:
    """Threads, begun when they are needed, and ended when they had nothing to do for `idle` seconds."""

    def __init__(self, size: int = SIZE, each: int = EACH, idle: float = _IDLE_SECONDS) -> None:
        """Raises `ValueError` unless 1 <= each <= size."""
        if not 1 <= each <= size:
            raise ValueError(f"{each} of {size} threads for one node")
        self.size, self.each = size, each
        self._idle = idle
        self._changed = Condition()
        self._waiting: list[Job] = []
        self._working: list[Job] = []
        self._threads: set[Thread] = set()
        self._free = 0
        self._closed = False

    def begin(self, name: str, body: Body) -> Job:
        """Have `body` run on one of the threads as soon as the node `name` may have one.

        Raises `Refused` (`matriz.closed`) after `close`.
        """
        job = Job(name, body)
        with self._changed:
            if self._closed:
                raise Refused("matriz.closed", "the threads of the nodes have ended")
            self._waiting.append(job)
            if self._free < len(self._waiting) and len(self._threads) < self.size:
                thread = Thread(target=self._work, name=f"matriz-{len(self._threads)}", daemon=True)
                self._threads.add(thread)
                thread.start()
            self._changed.notify()
        return job

    def give_up(self, job: Job) -> None:
        """Nobody waits for `job` any more: it never begins, or it is cancelled where it awaits."""
        job.dropped = True
        job.given_up.set()
        with self._changed:
            if job in self._waiting:
                self._waiting.remove(job)
            if job.stop is not None:
                job.stop()

    def full(self, name: str) -> bool:
        """Whether every thread that the node `name` may have is taken by a call of it that hangs."""
        with self._changed:
            return self._hanging()[name] >= self.each

    def standing(self) -> Standing:
        """How the threads stand."""
        with self._changed:
            return Standing(self.size, len(self._threads), len(self._working), dict(self._hanging()))

    @property
    def threads(self) -> frozenset[Thread]:
        """The threads that there are."""
        with self._changed:
            return frozenset(self._threads)

    def close(self, wait: float = 1.0) -> None:
        """Begin nothing more, give up what runs, and wait up to `wait` seconds for threads that come back."""
        with self._changed:
            self._closed = True
            jobs, threads = [*self._waiting, *self._working], list(self._threads)
            self._changed.notify_all()
        for job in jobs:
            self.give_up(job)
            job.tell(job.end)
        until = time.monotonic() + wait
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _hanging(self) -> Counter[str]:
        return Counter(job.name for job in self._working if job.given_up.is_set())

    def _work(self) -> None:
        with asyncio.Runner() as runner:
            while (job := self._next()) is not None:
                self._perform(runner, job)
                with self._changed:
                    job.stop = None
                    self._working.remove(job)
                    if self._waiting:
                        # Whoever waits may have waited for a place of this very node. Else nobody is woken: threads
                        # that find nothing to do take the interpreter from those that answer.
                        self._changed.notify_all()

    def _next(self) -> Job | None:
        """The job that waits longest and may begin. None when this thread is to end, which it then is known to have."""
        with self._changed:
            self._free += 1
            try:
                while (job := self._first()) is None and not self._closed:
                    if not self._changed.wait(self._idle) and self._first() is None:
                        break
                job = None if self._closed else self._first()
                if job is None:
                    self._threads.discard(current_thread())
                else:
                    self._waiting.remove(job)
                    self._working.append(job)
                return job
            finally:
                self._free -= 1

    def _first(self) -> Job | None:
        at_work = Counter(job.name for job in self._working)
        return next((job for job in self._waiting if at_work[job.name] < self.each), None)

    def _perform(self, runner: asyncio.Runner, job: Job) -> None:
        loop = runner.get_loop()
        value: Any = None
        error: BaseException | None = None
        try:
            value = runner.run(self._body(job, loop), context=job.context)
        except BaseException as raised:  # noqa: BLE001 - a node may raise what it likes, and must not end the thread
            error = raised
        job.tell(lambda: _settle(job, job.ended, value, error))
        left = asyncio.all_tasks(loop)
        if left:
            # What it began and did not wait for ends with it; where that takes time, the thread hangs by its fault.
            job.given_up.set()
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))

    async def _body(self, job: Job, loop: asyncio.AbstractEventLoop) -> Any:
        task = asyncio.current_task()
        if task is None:
            raise Bug("matriz.no-task", "a node is run outside of a task")
        with self._changed:
            if job.given_up.is_set():
                return None
            job.stop = lambda: loop.call_soon_threadsafe(task.cancel)
        job.tell(lambda: _settle(job, job.begun, None, None))
        return await job.body()


def _settle(job: Job, future: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if future.done() or job.dropped:
        return
    if error is None:
        future.set_result(value)
    elif isinstance(error, Exception):
        future.set_exception(error)
    else:
        # Only what is an Exception may be raised out of a future: the rest would end the loop it is told on.
        future.set_exception(CheckFailed("matriz.node-ended", f"it raised {type(error).__name__}: {error}"))
