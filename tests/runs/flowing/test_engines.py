"""The same flows come to the same end on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laneshift.flows.model import Body, Flow, Input, Retry, Step
from laneshift.runs.engine import choose
from laneshift.runs.flowing import records
from laneshift.runs.flowing.state import Run, flow_run, flow_runs
from tests.runs.engine import servers
from tests.runs.flowing.workbench import Room, working

UNDO = Body("note", {"value": "undone"})
PART = Flow("part", (Step("in", "note", {"value": "${inputs.n}"}, compensate=UNDO),), inputs=(Input("n", "integer"),))
WHOLE = Flow(
    "all",
    (
        Step("a", "note", {"value": [1, 2, 3]}),
        Step("many", "note", {"value": "${item * 2}"}, needs=("a",), each="steps.a.value", at_once=2, compensate=UNDO),
        Step("tries", "fail", {"until": 2}, needs=("a",), retry=Retry(2, 0.01)),
        Step("part", "flow", {"flow": "part", "inputs": {"n": 4}}, needs=("a",)),
        Step("heard", "wait", {"signal": "go"}, needs=("many", "tries", "part")),
        Step("polls", "poll", {"times": 1}),
        Step("ends", "fail", {"until": "${steps.heard.value.value}"}),
    ),
)


@pytest.fixture(scope="module")
def temporal() -> Iterator[str]:
    with servers.temporal(1) as server:
        yield server.address


@pytest.fixture(params=["postgres", "temporal"])
def room(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    if request.param == "postgres":
        monkeypatch.setenv(choose.DATABASE, request.getfixturevalue("postgres_url").replace("+psycopg", ""))
        monkeypatch.setenv(choose.RECORDS, "database")
        monkeypatch.setenv("LANESHIFT_REPOSITORY", "flowing")
    else:
        monkeypatch.setenv(choose.ENGINE, f"temporal://{request.getfixturevalue('temporal')}/test-0")
    with working(tmp_path / "repo") as ready:
        yield ready


def told(run: Run) -> dict[str, Any]:
    return {
        name if index is None else f"{name}.{index}": (each.state.name, getattr(each.state, "value", None))
        for (name, index), each in run.steps.items()
    }


def test_flows_end_as_they_do_on_sqlite(room: Room) -> None:
    good, bad = room.ask(WHOLE, None, PART), room.ask(WHOLE, None, PART)
    records.signal(room.shop, bad, "go", 5, "bob@example.org")
    room.waiting(good, "heard")
    records.signal(room.shop, good, "go", 1, "bob@example.org")
    sound = {
        "a": ("done", [1, 2, 3]),
        "tries": ("done", 2),
        "polls": ("done", "ready"),
        "many.0": ("done", 2),
        "many.1": ("done", 4),
        "many.2": ("done", 6),
        "many": ("done", [2, 4, 6]),
        "part": ("done", {"in": 4}),
        "heard": ("done", {"value": 1, "by": "bob@example.org"}),
        "ends": ("done", 1),
    }
    found = room.ended(good)
    assert (found.state.name, told(found)) == ("done", sound)
    found = room.ended(bad)
    undone = dict.fromkeys(("many.0", "many.1", "many.2", "part"), ("undone", None))
    ends = {"heard": ("done", {"value": 5, "by": "bob@example.org"}), "ends": ("failed", None)}
    assert (found.state.name, told(found)) == ("failed", sound | undone | ends)
    assert flow_run(room.shop.journal, f"{bad}.part").step("in").state.name == "undone"
    assert len(flow_runs(room.shop.journal)) == 4
    waits = room.ask(Flow("waits", (Step("a", "note", compensate=UNDO), Step("b", "wait", {"signal": "go"}))))
    room.waiting(waits)
    records.cancel(room.shop, waits, "bob@example.org")
    assert told(room.ended(waits)) == {"a": ("undone", None), "b": ("cancelled", None)}
