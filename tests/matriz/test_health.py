"""What is told of nodes is what they did."""

from __future__ import annotations

import asyncio
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from laneshift.evidence.results import Results
from laneshift.matriz.breaker import Rules, State
from laneshift.matriz.engine import Engine, engine_of
from laneshift.matriz.health import WINDOW, Health, NodeHealth
from laneshift.matriz.registry import GROUP

from .fakes import FakeNode, graph, raises, step


def told(node: NodeHealth, seconds: float, trouble: str = "") -> None:
    permit = node.ask()
    assert permit is not None
    node.ended(permit, seconds, trouble)


def test_success_and_p95_are_over_the_last_calls() -> None:
    node = Health(Rules(failures=3)).of("node")
    assert (node.told().success, node.told().p95) == (None, None)
    for milliseconds in range(1, 101):
        told(node, milliseconds / 1000)
    assert (node.told().success, node.told().p95) == (1.0, 95.0)
    told(node, 9.0, "it broke")
    found = node.told()
    assert (found.calls, found.failures, found.trouble, found.state) == (101, 1, "it broke", State.CLOSED)
    assert found.success == 100 / 101
    for _ in range(WINDOW):
        told(node, 0.002)
    assert (node.told().success, node.told().p95, node.told().failures) == (1.0, 2.0, 1)


def test_one_call_is_its_own_p95() -> None:
    node = Health().of("node")
    told(node, 0.0125)
    assert node.told().p95 == 12.5


def test_the_health_of_a_node_is_the_same_for_everybody_who_asks() -> None:
    health = Health(Rules(failures=1))
    told(health.of("bad"), 0.1, "it broke")
    assert health.of("bad").told().state is State.OPEN
    assert health.of("good").told().state is State.CLOSED


def works(_: object) -> Any:
    return FakeNode("works")


def broken(_: object) -> Any:
    return FakeNode("broken", raises)


def engine(path: Path) -> Engine:
    points = [EntryPoint(name, f"{__name__}:{name}", GROUP) for name in ("works", "broken")]
    return engine_of(None, Results.open(path), shipped=points, plugins=())


def test_an_engine_tells_its_nodes_and_finds_its_traces(tmp_path: Path) -> None:
    made = engine(tmp_path / "traces.sqlite")
    wanted = graph(dict(made.orchestrator.nodes), "works", [step("works"), step("broken")])
    outcome = asyncio.run(made.orchestrator.run(wanted, "hello"))
    assert made.traces.get(outcome.trace.id) == outcome.trace
    found = made.told()
    made.close()
    first, second = found["items"]
    assert (first["name"], first["calls"], first["failures"], first["success"]) == ("broken", 1, 1, 0.0)
    assert (second["name"], second["kind"], second["takes"], second["gives"]) == ("works", "thought", "Words", "Said")
    assert second["state"] == "closed"
    assert found["threads"]["most"] == 16
    assert found["traces_lost"] == 0
    assert made.orchestrator.crew.standing().busy == 0
