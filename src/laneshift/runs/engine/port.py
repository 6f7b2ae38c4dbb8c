"""The port of the durable engine: what a workflow may ask for, and nothing that one of the engines lacks.

A workflow is an `async` function of a `Context` and a JSON value. It must be deterministic: everything that reads or
changes the world goes through `step`. A step is a named, registered, synchronous function from a JSON value to a JSON
value. Steps run at least once: after a crash the one in flight runs again, so each effect must be idempotent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Json = Any
"""A value that `json.dumps` accepts: None, bool, int, float, str, list or dict of the same."""

Step = Callable[[Json], Json]


class Child(Protocol):
    """A workflow started by another one."""

    async def result(self) -> Json:
        """What the child returned. Raises `StepFailed` when it ended with an error."""
        ...


class Context(Protocol):
    """What a running workflow may do."""

    async def step(self, name: str, argument: Json) -> Json:
        """Run the registered step once and remember its result; a replay gets the remembered one.

        Raises `StepFailed` when the step raised.
        """
        ...

    async def spawn(self, workflow: str, key: str, argument: Json) -> Child:
        """Start the registered workflow under the identity `key`; a second start with the same key joins the first."""
        ...

    async def wait(self, topic: str, seconds: float) -> Json | None:
        """The next value sent to this workflow under `topic`, or None after `seconds`."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Pause durably: time that passes while the process is down counts."""
        ...


Workflow = Callable[[Context, Json], Awaitable[Json]]


class StepFailed(Exception):  # noqa: N818 - the name says what happened to the caller, as in errors.py
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


class Engine(Protocol):
    """One engine, opened by one process with one program."""

    def run(self, workflow: str, key: str, argument: Json) -> Json:
        """Start the workflow under `key`, or join the one that has it (running or ended), and return its result.

        Raises `StepFailed` when it ended with an error. Unfinished workflows of an earlier process go on from
        where they were.
        """
        ...

    def send(self, key: str, topic: str, value: Json) -> None:
        """Deliver `value` to the workflow with this key."""
        ...

    def status(self, prefix: str) -> list[RunStatus]:
        """Every workflow whose key starts with `prefix`, oldest first."""
        ...

    def cancel(self, key: str) -> None:
        """Stop a workflow after its step in flight; it does not go on by itself afterwards."""
        ...

    def close(self) -> None:
        """End this process's part; unfinished workflows stay in the store."""
        ...
