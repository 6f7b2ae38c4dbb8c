"""A server with nodes that do what a test has them do, and questions asked of them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from importlib.metadata import EntryPoint
from typing import Any

from laneshift.matriz.budget import Stage
from laneshift.matriz.engine import Engine, engine_of
from laneshift.matriz.graph import Graph
from laneshift.matriz.orchestrator import Outcome
from laneshift.matriz.registry import GROUP
from laneshift.matriz.trace import Origin
from laneshift.server.parts import Parts
from laneshift.wiring import trace_shelf
from tests.matriz.fakes import FakeNode, Said, Words, after, answers, graph, raises, step

STEPS = (
    step("parse", "words", stage=Stage.INTENT),
    step("recall", "memory", stage=Stage.DECISION, takes=after("parse")),
    step("count", "broken", takes=after("parse"), fallback="words"),
    step("weigh", "broken", takes=after("recall")),
    step("compare", "words", takes=after("recall"), after=("count",), when=lambda seen: "count" not in seen),
    step("check", "memory", stage=Stage.VALIDATION, takes=after("count")),
    step("explain", "words", stage=Stage.REFLECTION, takes=after("check"), after=("recall",)),
)


async def evil(given: Words, _: object) -> Said:
    return Said(confidence=0.25, reasons=("</svg><script>document.title=1</script>",), text=given.text)


def words(_: object) -> Any:
    return FakeNode("words", answers)


def broken(_: object) -> Any:
    return FakeNode("broken", raises)


def memory(_: object) -> Any:
    return FakeNode("memory", evil)


def with_nodes(parts: Parts) -> Parts:
    """The parts of a server with these nodes instead of its own."""
    parts.engine.close()
    points = [EntryPoint(name, f"{__name__}:{name}", GROUP) for name in ("words", "broken", "memory")]
    return replace(parts, engine=engine_of(None, trace_shelf(parts.shop), shipped=points, plugins=()))


def question(engine: Engine) -> Graph:
    return graph(dict(engine.orchestrator.nodes), "explain", STEPS)


def asked(engine: Engine, text: str, origin: Origin | None = None) -> Outcome:
    return asyncio.run(engine.orchestrator.run(question(engine), text, origin=origin, at=1795320000.0))
