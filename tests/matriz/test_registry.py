"""Nodes come in by one door, and one that is none stops the start, by name."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from typing import Any

import pytest

from laneshift.errors import Refused
from laneshift.matriz.node import Input, Kind, Output
from laneshift.matriz.registry import GROUP, SHIPPED, nodes_of

from .fakes import Said, Words, answers


def made(**more: Any) -> Any:
    """A node with some of what a node has replaced or, by None, taken away."""
    has = {"name": "good", "kind": Kind.RISK, "takes": Words, "gives": Said, "cost": 1.0, "timeout": 1, "run": answers}
    return type("Made", (), {name: value for name, value in {**has, **more}.items() if value is not None})()


@dataclass
class Knows:
    asked: list[str] = field(default_factory=list)


def good(knows: Knows) -> Any:
    knows.asked.append("good")
    return made()


def other(_: object) -> Any:
    return made(name="another")


def bad_model(_: object) -> Any:
    return made(name="bad-model", gives=Input)


def bad_input(_: object) -> Any:
    return made(name="bad-input", takes=dict)


def bad_kind(_: object) -> Any:
    return made(name="bad-kind", kind="risk")


def bad_cost(_: object) -> Any:
    return made(name="bad-cost", cost=float("nan"))


def bad_timeout(_: object) -> Any:
    return made(name="bad-timeout", timeout=0)


def no_run(_: object) -> Any:
    return made(name="no-run", run=None)


def breaks(_: object) -> Any:
    raise OSError("it cannot be reached")


def point(name: str, what: str = "") -> EntryPoint:
    return EntryPoint(name, f"{__name__}:{what or name.replace('-', '_')}", GROUP)


def refused(*plugins: EntryPoint) -> dict[str, str]:
    with pytest.raises(Refused) as found:
        nodes_of(Knows(), shipped=(), plugins=plugins)
    assert found.value.code == "matriz.bad-node"
    return {fault.where.partition(" ")[0]: fault.what for fault in found.value.faults}


def test_each_node_is_made_with_what_it_may_know_and_stands_under_its_name() -> None:
    knows = Knows()
    nodes = nodes_of(knows, shipped=[point("good")], plugins=[point("another", "other")])
    assert list(nodes) == ["another", "good"]
    assert knows.asked == ["good"]


def test_every_node_that_is_none_is_named_with_the_reason() -> None:
    names = ("bad-model", "bad-input", "bad-kind", "bad-cost", "bad-timeout", "no-run", "breaks", "gone", "Good")
    assert refused(*(point(name) for name in names)) == {
        "Good": f"AttributeError: module '{__name__}' has no attribute 'Good'",
        "bad-cost": "TypeError: its cost is no number of milliseconds",
        "bad-input": "TypeError: what it takes is no BaseModel",
        "bad-kind": "TypeError: its kind is none of memory, attention, thought, risk, intent, action",
        "bad-model": "TypeError: what it gives is no Output",
        "bad-timeout": "TypeError: its timeout is no number of seconds",
        "breaks": "OSError: it cannot be reached",
        "gone": f"AttributeError: module '{__name__}' has no attribute 'gone'",
        "no-run": "TypeError: it is no node: it cannot be run",
    }


def test_a_name_is_that_of_the_entry_point_and_taken_once() -> None:
    assert list(refused(point("wrong", "good"))) == ["wrong"]
    with pytest.raises(Refused) as found:
        nodes_of(Knows(), shipped=[point("good")], plugins=[point("good")])
    assert [fault.what for fault in found.value.faults] == ["ValueError: another node has this name"]


def test_an_installed_plugin_is_found(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "some_nodes-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: some-nodes\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nanother = {__name__}:other\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert list(nodes_of(Knows(), shipped=())) == ["another"]


def test_what_ships_is_named_for_the_file_and_the_class_that_it_is_in() -> None:
    by_name = {each.name: each.value for each in SHIPPED}
    assert by_name["parse-intent"] == "laneshift.matriz.nodes.parse_intent:ParseIntent"
    assert len(by_name) == 9
    assert issubclass(Said, Output)
