"""An engine in memory that keeps the rules of the port for SQLite, takes no time to wait, and can be killed anywhere.

What is remembered is what the real one remembers: results of steps that are not journalled, waits, and ends of
workflows. A replay that asks for something else than was remembered at its place is a failure.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.runs.engine.port import Child, Json, Program


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Dying:
    """A journal of a process that dies around its `after`th append from now, before it is written or after."""

    journal: JournalPort
    after: int = -1
    written: bool = False
    dead: bool = False

    def append(self, key: str, kind: str, facts: Mapping[str, Any], **more: Any) -> Record:
        if self.after != 0 and not self.dead:
            self.after -= 1
            return self.journal.append(key, kind, facts, **more)
        if self.written and not self.dead:
            self.journal.append(key, kind, facts, **more)
        # What goes beside in the same loop is dead as well.
        self.dead = True
        raise Killed

    def __getattr__(self, name: str) -> Any:
        if self.dead:
            raise Killed
        return getattr(self.journal, name)


@dataclass
class Memory:
    """What outlives a process; `now` is its clock, in Unix milliseconds."""

    remembered: dict[tuple[str, int], tuple[str, Json]] = field(default_factory=dict)
    ended: dict[str, Json] = field(default_factory=dict)
    now: int = field(default_factory=lambda: time.time_ns() // 1_000_000)

    def clock(self) -> int:
        return self.now

    def run(self, program: Program, workflow: str, key: str, argument: Json) -> Json:
        """One process that runs the workflow to its end, or dies."""
        return asyncio.run(self.go(program, workflow, key, argument))

    async def go(self, program: Program, workflow: str, key: str, argument: Json) -> Json:
        if key not in self.ended:
            self.ended[key] = _copy(await program.workflows[workflow](Turn(self, program, key), _copy(argument)))
        return _copy(self.ended[key])


@dataclass
class Turn:
    """The context of one workflow in one process."""

    memory: Memory
    program: Program
    key: str
    count: int = 0

    async def step(self, name: str, argument: Json) -> Json:
        function, given = self.program.steps[name], _copy(argument)
        if name in self.program.journalled:
            return _copy(function(given))
        return self._once(f"{name} {json.dumps(given, sort_keys=True)}", lambda: function(given))

    async def spawn(self, workflow: str, key: str, argument: Json) -> Child:
        self._once(f"spawn {workflow} {key} {json.dumps(argument, sort_keys=True)}", lambda: None)
        return Later(self, workflow, key, argument)

    async def wait(self, topic: str, seconds: float) -> Json | None:
        def passed() -> None:
            self.memory.now += int(seconds * 1000) + 1

        return self._once(f"wait {topic} {seconds}", passed)

    async def sleep(self, seconds: float) -> None:
        await self.wait("sleep", seconds)

    def _once(self, asked: str, do: Any) -> Json:
        place = (self.key, self.count)
        self.count += 1
        if place not in self.memory.remembered:
            self.memory.remembered[place] = (asked, _copy(do()))
        was, value = self.memory.remembered[place]
        assert was == asked, f"the replay diverged: {asked} was {was}"
        return _copy(value)


@dataclass
class Later:
    """A child; it runs when it is asked for its end."""

    turn: Turn
    workflow: str
    key: str
    argument: Json

    async def result(self) -> Json:
        return await self.turn.memory.go(self.turn.program, self.workflow, self.key, self.argument)


def _copy(value: Json) -> Json:
    return json.loads(json.dumps(value))
