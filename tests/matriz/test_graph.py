"""Graphs that cannot be run are refused whole, and their steps stand in one order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.matriz.budget import STAGES, Budget, Stage
from laneshift.matriz.graph import From, Step, graph_of
from laneshift.matriz.node import Input, Output

from .fakes import FakeNode, after, by_name, step

NODES = by_name(FakeNode("node"))


class Other(Input):
    text: str
    more: int


class Less(Output):
    pass


def refused(*steps: Step, answer: str = "a", nodes: dict[str, FakeNode] | None = None) -> list[str]:
    with pytest.raises(Refused) as found:
        graph_of("test", steps, answer, by_name(*nodes.values()) if nodes else NODES)
    assert found.value.code == "matriz.bad-graph"
    return [f"{fault.where}: {fault.what}" for fault in found.value.faults]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert refused(step("a", "node"), step("a", "node"), step("", "node"), answer="z") == [
        "a: two steps have this name",
        "'': a step has no name",
        "z: the answer is of no step",
    ]
    assert refused(
        step("a", "gone"),
        step("b", "node", takes=after("nobody")),
        step("c", "node", stage=Stage.INTENT, takes=after("a")),
        step("d", "node", takes={"text": From(path="asked", optional=True), "texts": From(path="asked")}),
        step("e", "node", takes={}),
        step("f", "node", fallback="gone"),
    ) == [
        "c: it needs a of a later stage",
        "a: there is no node gone",
        "b: it needs nobody, which is no step",
        "d.texts: Words has no such field",
        "d.text: it is needed, and nothing gives it for certain",
        "e.text: it is needed, and nothing gives it for certain",
        "f: there is no node gone to fall back on",
    ]


def test_a_circle_is_refused() -> None:
    steps = (step("a", "node", takes=after("b")), step("b", "node", takes=after("a")), step("c", "node"))
    assert refused(*steps) == ["a: it needs itself, by way of others", "b: it needs itself, by way of others"]


def test_what_stands_in_takes_and_gives_the_same() -> None:
    nodes = {"node": FakeNode("node"), "other": FakeNode("other", takes=Other), "less": FakeNode("less", gives=Less)}  # type: ignore[arg-type]
    found = refused(step("a", "node", fallback="other"), step("b", "node", fallback="less"), nodes=nodes)
    assert found == [
        "a: other does not take and give what node does",
        "b: less does not take and give what node does",
    ]


ALL = (
    step("zeta", "node", stage=Stage.INTENT),
    step("beta", "node", stage=Stage.DECISION, takes=after("zeta")),
    step("alpha", "node", stage=Stage.DECISION, takes=after("beta")),
    step("gamma", "node", stage=Stage.REFLECTION, takes=after("alpha"), after=("zeta",)),
)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.permutations(ALL))
def test_steps_stand_in_one_order_however_they_were_listed(steps: list[Step]) -> None:
    found = graph_of("test", steps, "gamma", NODES)
    assert [each.name for each in found.steps] == ["zeta", "beta", "alpha", "gamma"]
    assert [each.name for each in found.in_stage(Stage.DECISION)] == ["beta", "alpha"]
    assert found.step("gamma").needs == ("alpha", "zeta")


def test_a_stage_ends_by_its_budget_and_leaves_time_to_check_and_tell() -> None:
    budget = Budget()
    assert [budget.ends(stage, 10.0, 10.0) - 10.0 for stage in STAGES] == pytest.approx([0.05, 0.1, 0.12, 0.04, 0.03])
    assert budget.ends(Stage.PROCESSING, 10.0, 10.15) == pytest.approx(10.18)
    assert budget.ends(Stage.VALIDATION, 10.0, 10.19) == pytest.approx(10.22)
    assert budget.ends(Stage.REFLECTION, 10.0, 10.30) == 10.30, "none is left"
    assert budget.times(2).total == 0.5
    assert budget.times(2).of(Stage.INTENT) == 0.1
