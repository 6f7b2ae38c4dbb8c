"""The port of the durable engine: what a workflow may ask for, and nothing that one of the engines lacks.

A workflow is an `async` function of a `Context` and a JSON value. A step is a named, registered, synchronous function
from a JSON value to a JSON value. Every value is copied through JSON on its way: a tuple arrives as a list, and a step
that alters its argument alters only its own copy.

Rules for authors of workflows
------------------------------
1. A workflow is deterministic: everything that reads or changes the world (files, git, time, random numbers, the
   environment) goes through `step`. After a crash its body runs again from the top and gets the remembered results.
2. Steps run at least once: the one in flight when the process died runs again. Each effect must be idempotent.
3. The order in which a workflow calls `step`, `spawn`, `wait` and `sleep` must not depend on which of several awaited
   things ended first. Allowed at the same time: `asyncio.gather` over single calls of `step` or `Child.result`.
   Two sequences of several steps each that run side by side are two children. `asyncio.wait`, `as_completed` and
   `wait_for` are not for workflows. Step names and arguments are compared on replay: a difference ends the workflow
   with `engine.replay-diverged`.
4. Results of children may be awaited in any order or all at once; asking for one is not a call of rule 3. A parent
   awaits all its children, also when one has failed: a child goes on by itself, whatever becomes of its parent.
5. A workflow catches `StepFailed` and nothing wider; it never catches `asyncio.CancelledError`.
6. A key that ended, well or badly, stays as it ended. To try again after the cause is mended, the caller puts an
   attempt number into the key (`batch-7#2`). Children keep keys without the attempt where their result is still good:
   starting a key that is done joins it and gives its result again without work.
7. Whatever can take long, or loads the machine, is named in `Program.heavy`.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Json = Any
"""A value that `json.dumps` accepts: None, bool, int, finite float, str, list or dict of the same."""

Step = Callable[[Json], Json]


class Child(Protocol):
    """A workflow started by another one."""

    async def result(self) -> Json:
        """What the child returned. Raises `StepFailed` when it ended with an error or was cancelled."""
        ...


class Context(Protocol):
    """What a running workflow may do."""

    async def step(self, name: str, argument: Json) -> Json:
        """Run the registered step once and remember its result; a replay gets the remembered one.

        Raises `StepFailed` when the step raised: with the facts of a `LaneshiftError`, or with the code
        `engine.step-crashed` and the traceback for any other error. Nothing is retried.
        """
        ...

    async def spawn(self, workflow: str, key: str, argument: Json) -> Child:
        """Start the registered workflow under the identity `key`; a second start with the same key joins the first."""
        ...

    async def wait(self, topic: str, seconds: float) -> Json | None:
        """The next value sent to this workflow under `topic`, or None after `seconds`. Wakes within a second."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Pause durably: time that passes while the process is down counts."""
        ...


Workflow = Callable[[Context, Json], Awaitable[Json]]


class StepFailed(Exception):
    """A step raised. Carries the facts of the error as plain data, so that every engine can store them."""

    def __init__(self, facts: Mapping[str, Json]) -> None:
        super().__init__(str(facts.get("what", "")))
        self.facts = dict(facts)


@dataclass(frozen=True, slots=True)
class RunStatus:
    """One workflow as the engine sees it. `state` is running, done, failed or cancelled."""

    key: str
    workflow: str
    state: str


@dataclass(frozen=True)
class Program:
    """The registered workflows and steps, by name. Every process that works on a run has the same program."""

    workflows: Mapping[str, Workflow]
    steps: Mapping[str, Step]
    heavy: frozenset[str] = frozenset()
    """Steps that load the machine; at most `workers` of them run at once. The others are never held back."""
    journalled: frozenset[str] = frozenset()
    """Steps that keep their result under a key of their own, and give it again however often they are asked. The engine
    on SQLite, whose store belongs to one process, asks them again on replay, instead of remembering a second time."""


class Engine(Protocol):
    """One engine, opened by one process with one program and one version of it."""

    def run(self, workflow: str, key: str, argument: Json) -> Json:
        """Start the workflow under `key`, or join the one that has it (running or ended), and return its result.

        A join keeps the argument of the first start. Unfinished workflows of an earlier process go on from where they
        were, as soon as `run` is called for the first time. Interrupting the call leaves everything resumable.

        Raises `StepFailed` when the workflow ended with an error or was cancelled; `Refused` with
        `engine.other-version` when unfinished workflows in the store belong to another version of the program.
        """
        ...

    def work(self, stop: threading.Event) -> None:
        """Work on what other processes asked for, until `stop` is set.

        Raises `Refused` with `engine.one-process` where one process does it all, `Refused` with
        `engine.other-version` as `run` does, and `NeedsPerson` when the store is lost or others took the work over.
        """
        ...

    def send(self, key: str, topic: str, value: Json) -> None:
        """Deliver `value` to the workflow with this key. Raises `Refused` when there is none."""
        ...

    def status(self, prefix: str) -> list[RunStatus]:
        """Every workflow whose key starts with `prefix`, oldest first."""
        ...

    def cancel(self, key: str) -> None:
        """Stop a workflow and its children after their steps in flight; they do not go on afterwards.

        Cancelling what has ended changes nothing. Raises `Refused` when there is no such workflow.
        """
        ...

    def forget(self, prefix: str, only: Collection[str] | None = None) -> int:
        """Delete every ended workflow whose key starts with `prefix`, of `only` these keys if given; returns how many.

        A child stays as long as a workflow above it has not ended, because a replay asks for its result.
        """
        ...

    def close(self) -> None:
        """End this process's part; unfinished workflows stay in the store."""
        ...
