"""Runs graphs: stage after stage within their budgets, and says what became of every step.

Nothing that a node does ends a run. What cannot be had in time is left out, and the outcome says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from laneshift.matriz import linking
from laneshift.matriz.adapting import Asked, digest_of, feed, record_of
from laneshift.matriz.budget import Budget
from laneshift.matriz.calling import Caller
from laneshift.matriz.clock import Clock, Monotonic
from laneshift.matriz.crew import Crew
from laneshift.matriz.graph import ASKED, Graph
from laneshift.matriz.health import Health
from laneshift.matriz.node import AnyNode, Output
from laneshift.matriz.running import Run
from laneshift.matriz.trace import Origin, Trace

USUAL = Budget()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    `answer` is the output of the graph's last word, None where there is none. `partial` says that something that was
    needed is missing, and `why` names each of these, and each step that another node had to stand in for.
    """

    answer: Output | None
    partial: bool
    why: tuple[str, ...]
    trace: Trace
    outputs: Mapping[str, Output]


class Orchestrator:
    """Runs graphs over `nodes`. For any number of runs at once, on any event loop; `close` ends its threads.

    `keep` is given every trace once it is whole, also those of runs that were cancelled. It must neither block nor
    raise.
    """

    def __init__(
        self,
        nodes: Mapping[str, AnyNode],
        *,
        crew: Crew | None = None,
        health: Health | None = None,
        clock: Clock | None = None,
        keep: Callable[[Trace], None] | None = None,
    ) -> None:
        self.nodes = nodes
        self.clock = clock or Monotonic()
        self.crew = crew or Crew()
        self.health = health or Health(now=self.clock.now)
        self._keep = keep

    async def run(
        self,
        graph: Graph,
        asked: Asked,
        *,
        budget: Budget = USUAL,
        origin: Origin | None = None,
        seed: int = 0,
        at: float | None = None,
    ) -> Outcome:
        """Ask the graph. `at` is the present as nodes know it, in unix seconds; by default it is that of the clock.

        Without an `origin` it is on behalf of the request that `linking` knows of, or of nobody.

        Raises `Refused` (`matriz.bad-question`, `matriz.mismatch`) for a question that the graph does not take, and
        `asyncio.CancelledError` when it is cancelled: then everything that it began was cancelled before.
        """
        record = record_of(asked)
        refuse_misfits(graph, self.nodes, record)
        run = Run(
            graph=graph,
            nodes=self.nodes,
            asked=record,
            budget=budget,
            origin=origin or linking.origin(),
            seed=seed,
            at=time.time() if at is None else at,
            caller=Caller(self.crew, self.health, self.clock),
        )
        try:
            await run.go()
        except asyncio.CancelledError:
            self._kept(run, cancelled=True)
            raise
        trace = self._kept(run)
        return Outcome(run.outputs.get(graph.answer), trace.partial, trace.why, trace, run.outputs)

    def close(self) -> None:
        """End the threads; runs that are at work come to their end without them."""
        self.crew.close()

    def _kept(self, run: Run, *, cancelled: bool = False) -> Trace:
        trace = run.trace(digest_of(run.asked), cancelled=cancelled)
        if self._keep is not None:
            self._keep(trace)
        return trace


def refuse_misfits(graph: Graph, nodes: Mapping[str, AnyNode], record: Mapping[str, object]) -> None:
    """Raise `Refused` (`matriz.mismatch`) where the question is not what the first steps of the graph take.

    These are the steps that are always asked, and are given nothing but the question.
    """
    for step in graph.steps:
        if step.when is None and not step.needs and all(source.step == ASKED for source in step.takes.values()):
            feed(nodes[step.node].takes, step.takes, record, {}, step.name)
