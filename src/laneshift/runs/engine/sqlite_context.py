"""What a workflow on SQLite may do. Its calls are numbered in the order in which it makes them; a replay gets what came
of them before, and has to make the same ones."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from laneshift.errors import Bug, LaneshiftError
from laneshift.runs.engine.executions import Execution, Executions, Outcome, cancelled
from laneshift.runs.engine.port import Child, Json, Program, StepFailed
from laneshift.runs.engine.sqlite_rows import Call, Rows, Start, Stored
from laneshift.runs.engine.values import check_name, encode, fingerprint, plain
from laneshift.runs.engine.work import Work

_DIVERGED_CURE = "cancel this run and start it again with a new attempt number; the workflow is not deterministic"
_NOTHING = encode(None)


@dataclass(frozen=True)
class Shop:
    """What all contexts of one engine share. `begin` starts a workflow, or joins it and tells how it ended if it has.

    `mail` has the bell of each workflow that waits for messages, by key and topic.
    """

    program: Program
    rows: Rows
    executions: Executions
    work: Work
    version: str
    begin: Callable[[Start], Awaitable[Outcome | None]]
    on_loss: Callable[[BaseException], None]
    mail: dict[tuple[str, str], asyncio.Event] = field(default_factory=dict)


@dataclass
class SqliteContext:
    """The `Context` of one running workflow. `before` is what it asked for when it ran before, by number."""

    shop: Shop
    execution: Execution
    key: str
    before: Mapping[int, Call]
    made: int = 0

    async def step(self, name: str, argument: Json) -> Json:
        """As the port says. The stored name carries a fingerprint of the argument, so that a replay can compare."""
        function = self.shop.program.steps.get(name)
        if function is None:
            raise Bug("engine.unknown-step", f"no step is registered as {name!r}")
        given = plain(argument)
        work = self.shop.work.heavy if name in self.shop.program.heavy else self.shop.work.light
        with self._guarded(), self.execution.step():
            if name in self.shop.program.journalled:
                return await work(name, function, given)
            number, label, found = self._next(f"{name}#{fingerprint(given)}")
            if found is not None and found.result is not None:
                return unpacked(found.result).unwrap()
            outcome = await _outcome(work(name, function, given))
            await self.shop.rows.ask(Rows.remember, self.key, number, label, packed(outcome))
            return outcome.unwrap()

    async def spawn(self, workflow: str, key: str, argument: Json) -> Child:
        """As the port says."""
        if workflow not in self.shop.program.workflows:
            raise Bug("engine.unknown-workflow", f"no workflow is registered as {workflow!r}")
        check_name(key, "key")
        with self._guarded():
            number, label, _ = self._next(f"spawn {workflow} {key}")
            start = Start(key, workflow, encode(argument), self.shop.version, self.key, number, label)
            return SqliteChild(await expected(self.shop, start))

    async def wait(self, topic: str, seconds: float) -> Json | None:
        """As the port says."""
        check_name(topic, "topic")
        with self._guarded():
            number, label, found = self._next(f"wait {topic}")
            if found is not None and found.result is not None:
                return json.loads(found.result)
            ends = time.monotonic() + await self._left(number, label, found, seconds)
            with self._bell(topic) as bell:
                return await self._taken(number, label, topic, bell, ends)

    async def sleep(self, seconds: float) -> None:
        """As the port says."""
        with self._guarded():
            number, label, found = self._next("sleep")
            await asyncio.sleep(await self._left(number, label, found, seconds))

    async def _taken(self, number: int, label: str, topic: str, bell: asyncio.Event, ends: float) -> Json | None:
        """The next message, or None when `ends` has come, by the monotonic clock."""
        while True:
            bell.clear()  # before the look, so that what is sent after it rings again
            otherwise = _NOTHING if time.monotonic() >= ends else None
            taken = await self.shop.rows.ask(Rows.take, self.key, number, label, topic, otherwise)
            if taken is not None:
                return json.loads(taken)
            await _ring(bell, ends - time.monotonic())

    @contextmanager
    def _bell(self, topic: str) -> Iterator[asyncio.Event]:
        bell = self.shop.mail[self.key, topic] = asyncio.Event()
        try:
            yield bell
        finally:
            self.shop.mail.pop((self.key, topic), None)

    def _next(self, label: str) -> tuple[int, str, Call | None]:
        """The number of this call, its name, and what was there before. Raises `Bug` where that was another one."""
        number, self.made = self.made, self.made + 1
        found = self.before.get(number)
        if found is not None and found.name != label:
            why = f"call {number} was {found.name!r} and is {label!r} this time"
            raise Bug("engine.replay-diverged", "a replay took another way", why=why, cure=_DIVERGED_CURE)
        return number, label, found

    async def _left(self, number: int, label: str, found: Call | None, seconds: float) -> float:
        """The seconds until this call ends, which are counted from when it was made first."""
        if found is not None and found.deadline is not None:
            return max(0.0, found.deadline - time.time())
        deadline = time.time() + seconds
        await self.shop.rows.ask(Rows.remember, self.key, number, label, None, deadline)
        return max(0.0, seconds)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """A lost store is no end of the workflow: it stops here, and goes on when the store is back."""
        try:
            yield
        except sqlite3.Error as error:
            self.shop.on_loss(error)
            raise asyncio.CancelledError from error


@dataclass(frozen=True)
class SqliteChild:
    """The `Child` that `SqliteContext.spawn` gives."""

    ended: asyncio.Future[Outcome]

    async def result(self) -> Json:
        """As the port says."""
        outcome = await asyncio.shield(self.ended)
        if isinstance(outcome.error, LaneshiftError):
            # The engine was lost and not the child: as a failure it would be stored as the end of who waits.
            raise asyncio.CancelledError from outcome.error
        return outcome.unwrap()


async def expected(shop: Shop, start: Start) -> asyncio.Future[Outcome]:
    """Start or join a workflow: the future of its end."""
    ended = shop.executions.expect(start.key)
    try:
        # Shielded, because half a start would leave a row that nobody in this process works on.
        past = await asyncio.shield(shop.begin(start))
    except BaseException:
        ended.cancel()
        raise
    if past is not None and not ended.done():
        ended.set_result(past)
    return ended


def past_of(stored: Stored) -> Outcome | None:
    """How a stored workflow ended; None when it has not."""
    if stored.status == "PENDING":
        return None
    return cancelled(stored.key) if stored.result is None else unpacked(stored.result)


def packed(outcome: Outcome) -> str:
    """An outcome as JSON: `{"value": …}` or `{"failed": facts}`."""
    if isinstance(outcome.error, StepFailed):
        return encode({"failed": outcome.error.facts})
    return encode({"value": outcome.value})


def unpacked(text: str) -> Outcome:
    """The outcome again."""
    held = json.loads(text)
    return Outcome(error=StepFailed(held["failed"])) if "failed" in held else Outcome(held["value"])


async def _outcome(work: Awaitable[Json]) -> Outcome:
    try:
        return Outcome(await work)
    except StepFailed as error:
        return Outcome(error=error)


async def _ring(bell: asyncio.Event, seconds: float) -> None:
    """Wait for the bell, but no longer than `seconds`."""
    waiting = asyncio.ensure_future(bell.wait())
    try:
        await asyncio.wait([waiting], timeout=max(0.0, seconds))
    finally:
        waiting.cancel()
