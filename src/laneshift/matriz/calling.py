"""One call of one node, from the question whether it may be asked to what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from laneshift.errors import LaneshiftError
from laneshift.matriz.breaker import Permit
from laneshift.matriz.clock import Clock, done_by
from laneshift.matriz.crew import Crew, Job
from laneshift.matriz.health import Health, NodeHealth
from laneshift.matriz.node import AnyNode, Context, Output
from laneshift.matriz.trace import Ended

LARGEST = 1 << 20
"""The bytes of JSON that an output may have."""
_SHORT = 300


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call. `told` is the output as JSON; `began` and `duration` are seconds on the clock."""

    ended: Ended
    why: str = ""
    output: Output | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    began: float = 0.0
    duration: float = 0.0


@dataclass
class _Times:
    """When a call began and ended, as seen where it runs: others may be told late."""

    began: float
    ended: float = 0.0


class WrongOutputError(Exception):
    """A node gave what it may not give."""


class Caller:
    """Calls nodes on the threads of a crew, and tells their health how that went."""

    def __init__(self, crew: Crew, health: Health, clock: Clock) -> None:
        self.crew, self.health, self.clock = crew, health, clock

    async def call(self, node: AnyNode, given: BaseModel, context: Context) -> Called:
        """What the node gives, or why it gives nothing; by `context.ends` at the latest, which is never exceeded.

        Raises nothing but `asyncio.CancelledError`, when whoever asked waits no more.
        """
        asked = self.clock.now()
        if asked >= context.ends:
            return Called(Ended.CUT, "no time was left for it", began=asked)
        if self.crew.full(node.name):
            return Called(Ended.REFUSED, "as many calls of it as there may be hang", began=asked)
        health = self.health.of(node.name)
        permit = health.ask()
        if permit is None:
            return Called(Ended.REFUSED, "its breaker is open", began=asked)
        try:
            return await self._permitted(node, given, context, health, permit)
        finally:
            # What was told before this stands. Where nothing was, the call was given up by no fault of the node.
            permit.withdrawn()

    async def _permitted(
        self, node: AnyNode, given: BaseModel, context: Context, health: NodeHealth, permit: Permit
    ) -> Called:
        clock, asked = self.clock, self.clock.now()
        times = _Times(asked)
        try:
            job = self.crew.begin(node.name, lambda: _body(node, given, context, times))
        except LaneshiftError as error:
            return Called(Ended.REFUSED, error.what, began=asked)
        try:
            if not await done_by(context.ends, job.begun, clock):
                return Called(Ended.CUT, "no thread was free for it", began=asked, duration=clock.now() - asked)
            ends = min(context.ends, clock.now() + node.timeout)
            if await done_by(ends, job.ended, clock):
                return _came_of(job, health, permit, times)
            whose = "its own time" if ends < context.ends else "the time of its stage"
            return _cut(node, health, permit, replace(times, ended=clock.now()), whose)
        finally:
            if not job.ended.done():
                self.crew.give_up(job)


async def _body(node: AnyNode, given: BaseModel, context: Context, times: _Times) -> tuple[Output, dict[str, Any]]:
    """On a thread of the crew. Raises what the node raises, and `WrongOutputError`."""
    times.began = times.ended = context.now()
    try:
        output = await node.run(given, replace(context, ends=min(context.ends, times.began + node.timeout)))
        return output, _held(node, output)
    finally:
        times.ended = context.now()


def _held(node: AnyNode, output: Any) -> dict[str, Any]:
    """An output as JSON, once it is what the node says that it gives. Raises `WrongOutputError`, `ValueError`."""
    if not isinstance(output, node.gives):
        raise WrongOutputError(f"it gave {_kind(output)}, not {node.gives.__name__}")
    told: dict[str, Any] = output.model_dump(mode="json")
    # A model can be made without being held against itself.
    Output.model_validate({"confidence": told.get("confidence"), "reasons": tuple(told.get("reasons", ()))})
    size = len(json.dumps(told, allow_nan=False))
    if size > LARGEST:
        raise WrongOutputError(f"it gave {size} bytes, and may give {LARGEST}")
    return told


def _came_of(job: Job, health: NodeHealth, permit: Permit, times: _Times) -> Called:
    began, took = times.began, times.ended - times.began
    if job.ended.cancelled():
        return Called(Ended.REFUSED, "the threads of the nodes have ended", began=began, duration=took)
    error = job.ended.exception()
    if error is not None:
        why = said(error)
        health.ended(permit, took, why)
        return Called(Ended.FAILED, why, began=began, duration=took)
    health.ended(permit, took)
    output, told = job.ended.result()
    return Called(Ended.DONE, "", output, told, began, took)


def _cut(node: AnyNode, health: NodeHealth, permit: Permit, times: _Times, whose: str) -> Called:
    """A call that is cut before it has had the time that it costs is held against nobody."""
    why, began, took = f"{whose} was up", times.began, times.ended - times.began
    if whose == "its own time" or took * 1000 > node.cost:
        health.ended(permit, took, why)
    return Called(Ended.CUT, why, began=began, duration=took)


def said(error: BaseException) -> str:
    """An error in one short line."""
    if isinstance(error, LaneshiftError):
        return f"{error.code}: {error.what}"[:_SHORT]
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:_SHORT]


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
