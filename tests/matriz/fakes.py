"""Nodes that do what a test has them do, and a clock that stands still until it is told to go on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from math import isclose

from laneshift.matriz.budget import Stage
from laneshift.matriz.graph import From, Graph, Step, graph_of
from laneshift.matriz.node import AnyNode, Context, Input, Kind, Output

ASKED = {"text": From(path="asked")}


class Words(Input):
    text: str


class Said(Output):
    text: str


Does = Callable[[Words, Context], Awaitable[object]]


async def answers(given: Words, _: Context) -> Said:
    return Said(confidence=0.5, reasons=("it was asked",), text=f"{given.text}!")


async def raises(_given: Words, _context: Context) -> Said:
    raise KeyError("what it looked for")


async def gives_a_text(_given: Words, _context: Context) -> str:
    return "a text"


@dataclass
class FakeNode:
    """A node that does `does`. It costs nothing, so whatever is cut is held against it."""

    name: str
    does: Does = answers
    timeout: float = 10.0
    cost: float = 0.0
    kind: Kind = Kind.THOUGHT
    takes: type[Words] = Words
    gives: type[Said] = Said
    calls: list[Context] = field(default_factory=list)

    async def run(self, given: Words, context: Context) -> Said:
        self.calls.append(context)
        return await self.does(given, context)  # type: ignore[return-value]


class Hanging:
    """Computes until `release`, or awaits for ever. `begun` is set as soon as a call of it runs."""

    def __init__(self, *, awaits: bool = False) -> None:
        self.awaits = awaits
        self.begun = threading.Semaphore(0)
        self.cancelled = threading.Semaphore(0)
        self._released = threading.Event()

    async def __call__(self, given: Words, context: Context) -> Said:
        self.begun.release()
        if self.awaits:
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled.release()
        self._released.wait()
        return await answers(given, context)

    def release(self) -> None:
        self._released.set()

    async def runs(self, calls: int = 1) -> None:
        """Wait until so many more calls run."""
        for _ in range(calls):
            await asyncio.to_thread(self.begun.acquire)


class FakeClock:
    """Time that passes only by `pass_`. Alarms go off on the event loop that they were set on."""

    def __init__(self) -> None:
        self._time = 1000.0
        self._alarms: list[FakeAlarm] = []
        self._expected: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._time

    def alarm(self, at: float, call: Callable[[], None]) -> FakeAlarm:
        alarm = FakeAlarm(at, call, self._alarms)
        self._alarms.append(alarm)
        if at <= self._time:
            asyncio.get_running_loop().call_soon(alarm.go_off)
        for wanted, future in self._expected:
            if isclose(wanted, at) and not future.done():
                future.set_result(None)
        return alarm

    async def awaited(self, seconds: float) -> None:
        """Wait until somebody waits for the time that comes in so many seconds from now."""
        at = self._time + seconds
        if not any(isclose(alarm.at, at) for alarm in self._alarms):
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._expected.append((at, future))
            await future

    def pass_(self, seconds: float) -> None:
        self._time += seconds
        for alarm in sorted(self._alarms, key=lambda each: each.at):
            if alarm.at <= self._time:
                alarm.go_off()


@dataclass(eq=False)
class FakeAlarm:
    at: float
    call: Callable[[], None]
    among: list[FakeAlarm]

    def go_off(self) -> None:
        if self in self.among:
            self.among.remove(self)
            self.call()

    def cancel(self) -> None:
        if self in self.among:
            self.among.remove(self)


def by_name(*nodes: FakeNode) -> dict[str, AnyNode]:
    return {node.name: node for node in nodes}


def step(name: str, node: str = "", stage: Stage = Stage.PROCESSING, **more: object) -> Step:
    """A step that is given what was asked, unless `takes` says otherwise."""
    return Step(name, node or name, stage, **{"takes": ASKED, **more})  # type: ignore[arg-type]


def after(name: str, *, optional: bool = False) -> dict[str, From]:
    """The text that another step gave."""
    return {"text": From(name, "text", optional)}


def graph(nodes: dict[str, AnyNode], answer: str, steps: Iterable[Step]) -> Graph:
    return graph_of("test", steps, answer, nodes)
