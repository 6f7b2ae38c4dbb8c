"""One run of a graph: what every step is given, whom it asks, and what became of it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from laneshift.errors import Refused
from laneshift.matriz.adapting import Fed, MissingStepError, feed
from laneshift.matriz.budget import STAGES, Budget
from laneshift.matriz.calling import Called, Caller, said
from laneshift.matriz.graph import Graph, Step
from laneshift.matriz.node import AnyNode, Context, Output
from laneshift.matriz.trace import GAPS, Ended, Origin, Record, Trace

_SEED_BYTES = 8
_GONE = "nobody waited any more"


@dataclass
class Run:
    """A run while it goes on. `asked` is the question as JSON, `at` the time in unix seconds."""

    graph: Graph
    nodes: Mapping[str, AnyNode]
    asked: Mapping[str, Any]
    budget: Budget
    origin: Origin
    seed: int
    at: float
    caller: Caller
    outputs: dict[str, Output] = field(default_factory=dict)
    _told: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _records: dict[str, list[Record]] = field(default_factory=dict)
    _began: float = 0.0
    _gone: bool = False

    async def go(self) -> None:
        """Go through all stages. Raises `asyncio.CancelledError` when it is cancelled."""
        clock = self.caller.clock
        self._began = clock.now()
        try:
            for stage in STAGES:
                steps = self.graph.in_stage(stage)
                if steps:
                    await self._stage(steps, self.budget.ends(stage, self._began, clock.now()))
        finally:
            self._gone = True

    def trace(self, asked: str, *, cancelled: bool) -> Trace:
        """What became of every step; of those that never had their turn too. `asked` is the digest of the question."""
        records: list[Record] = []
        for step in self.graph.steps:
            found = self._records.get(step.name)
            records += found or [self._record(step, Called(Ended.CANCELLED, _GONE))]
        last = [record for record in records if record.step == self.graph.answer][-1]
        missing = [step.name for step in self.graph.steps if self._is_gap(step, records)]
        return Trace(
            id=self.origin.run,
            trace_id=self.origin.trace,
            parent=self.origin.parent,
            sampled=self.origin.sampled,
            graph=self.graph.name,
            asked=asked,
            at=self.at,
            seed=self.seed,
            answer=self.graph.answer,
            ended=Ended.CANCELLED if cancelled else last.ended,
            partial=bool(missing),
            why=tuple(_why(record) for record in records if record.ended in GAPS),
            records=tuple(records),
            duration=self.caller.clock.now() - self._began,
        )

    def _is_gap(self, step: Step, records: list[Record]) -> bool:
        ends = {record.ended for record in records if record.step == step.name}
        return Ended.DONE not in ends and not ends.isdisjoint(GAPS)

    async def _stage(self, steps: tuple[Step, ...], ends: float) -> None:
        """Steps of one stage, each begun when those that it needs have ended."""
        tasks: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            for step in steps:
                before = [tasks[need] for need in step.needs if need in tasks]
                tasks[step.name] = group.create_task(self._step(step, before, ends))

    async def _step(self, step: Step, before: list[asyncio.Task[None]], ends: float) -> None:
        if before:
            await asyncio.wait(before)
        needed, why = self._needed(step)
        if needed is not None:
            self._settle(step, self._record(step, Called(needed, why)))
            return
        takes = self.nodes[step.node].takes
        try:
            fed = feed(takes, step.takes, self.asked, self._told, step.name)
        except MissingStepError as error:
            self._settle(step, self._record(step, Called(self._without(error.step), f"{error.step} gave nothing")))
        except Refused as error:
            self._settle(step, self._record(step, Called(Ended.UNFED, said(error))))
        else:
            await self._ask(step, fed, ends)

    def _needed(self, step: Step) -> tuple[Ended | None, str]:
        """Why the step is not to be taken, None where it is."""
        if step.when is None:
            return None, ""
        seen = {need: self.outputs[need] for need in step.needs if need in self.outputs}
        try:
            return (None, "") if step.when(seen) else (Ended.NOT_NEEDED, "")
        except Exception as error:  # noqa: BLE001 - whatever a condition raises is told of its step, and ends no run
            return Ended.UNFED, f"whether it is needed cannot be said: {said(error)}"

    def _without(self, need: str) -> Ended:
        """What a step is when one that it needs gave nothing: as little needed as that one, or unfed."""
        ends = {record.ended for record in self._records.get(need, ())}
        return Ended.NOT_NEEDED if ends == {Ended.NOT_NEEDED} else Ended.UNFED

    async def _ask(self, step: Step, fed: Fed, ends: float) -> None:
        """Ask the node, and the one to fall back on where the first gives nothing."""
        for name in filter(None, (step.node, step.fallback)):
            node = self.nodes[name]
            span = self.origin.span(f"{step.name}/{name}")
            context = Context(
                run=self.origin.run,
                step=step.name,
                traceparent=self.origin.traceparent(span),
                at=self.at,
                seed=_seed(self.seed, step.name),
                ends=ends,
                now=self.caller.clock.now,
                cancelled=lambda: self._gone,
            )
            asked = self.caller.clock.now()
            try:
                called = await self.caller.call(node, fed.given, context)
            except asyncio.CancelledError:
                gone = Called(Ended.CANCELLED, _GONE, began=asked, duration=self.caller.clock.now() - asked)
                self._settle(step, self._record(step, gone, name, fed.digest))
                raise
            self._settle(step, self._record(step, called, name, fed.digest))
            if called.output is not None:
                self.outputs[step.name], self._told[step.name] = called.output, called.told
                return

    def _settle(self, step: Step, record: Record) -> None:
        self._records.setdefault(step.name, []).append(record)

    def _record(self, step: Step, called: Called, name: str = "", inputs: str = "") -> Record:
        node = self.nodes[name or step.node]
        output = called.output
        return Record(
            id=self.origin.span(f"{step.name}/{node.name}"),
            step=step.name,
            node=node.name,
            kind=node.kind,
            stage=step.stage,
            inputs=inputs,
            outputs=None if output is None else dict(called.told),
            confidence=None if output is None else output.confidence,
            reasons=() if output is None else output.reasons,
            parents=self._parents(step),
            ended=called.ended,
            why=called.why,
            instead=bool(name) and name != step.node,
            began=max(0.0, called.began - self._began) if called.began else 0.0,
            duration=called.duration,
        )

    def _parents(self, step: Step) -> tuple[str, ...]:
        """The calls whose outputs it was given or looked at; of a step that gave none, the last that was tried."""
        return tuple(self._records[need][-1].id for need in step.needs if self._records.get(need))


def _seed(seed: int, step: str) -> int:
    """A seed of its own for each step, so that what one of them draws changes nothing for the others."""
    return int.from_bytes(hashlib.sha256(f"{seed} {step}".encode()).digest()[:_SEED_BYTES], "big")


def _why(record: Record) -> str:
    return f"{record.step}: {record.node} {record.ended}: {record.why}"
