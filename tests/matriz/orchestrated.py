"""An orchestrator of fake nodes on a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from laneshift.matriz.breaker import Rules
from laneshift.matriz.graph import Step
from laneshift.matriz.health import Health
from laneshift.matriz.orchestrator import Orchestrator, Outcome
from laneshift.matriz.trace import Ended, Trace

from .fakes import (
    FakeClock,
    FakeNode,
    by_name,
    graph,
)


@contextmanager
def orchestrated(*nodes: FakeNode, **more: Any) -> Iterator[tuple[Orchestrator, FakeClock, list[Trace]]]:
    """An orchestrator on a clock that stands still, and the traces that it was given to keep."""
    clock, kept = FakeClock(), []
    rules = more.pop("rules", Rules())
    health = Health(rules, clock.now)
    orchestrator = Orchestrator(by_name(*nodes), clock=clock, health=health, keep=kept.append, **more)
    try:
        yield orchestrator, clock, kept
    finally:
        # As long as it takes: it ends as soon as the threads do.
        orchestrator.crew.close(wait=300)


def run(orchestrator: Orchestrator, answer: str, *steps: Step, **more: Any) -> Outcome:
    return asyncio.run(orchestrator.run(graph(dict(orchestrator.nodes), answer, steps), "hello", **more))


def ends(outcome: Outcome) -> dict[str, Ended]:
    return {record.step: record.ended for record in outcome.trace.records}
