"""The order of steps: each once, after what it needs, and side by side where nothing stands between."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from laneshift.errors import Bug
from laneshift.flows.model import Flow, Step
from laneshift.flows.order import Branches, Part, Series, above, at, names_in, order
from tests.flows.drawn import flows


def graph(**needs: str) -> Flow:
    """A flow of steps with what each needs, by words."""
    return Flow("f", tuple(Step(name, "x", needs=tuple(told.split())) for name, told in needs.items()))


def test_a_chain_is_a_series() -> None:
    assert order(graph(a="", b="a", c="b")) == Series(("a", "b", "c"))


def test_one_step_is_itself() -> None:
    assert order(graph(a="")) == "a"


def test_a_fan_opens_and_closes() -> None:
    assert order(graph(a="", b="a", c="a", d="b c")) == Series(("a", Branches(("b", "c")), "d"))


def test_chains_side_by_side_do_not_wait_for_each_other() -> None:
    found = order(graph(a="", b="a", x="", y="x", end="b y"))
    assert found == Series((Branches((Series(("a", "b")), Series(("x", "y")))), "end"))


def test_all_that_need_all_stand_in_two_rows() -> None:
    assert order(graph(a="", b="", c="a b", d="a b")) == Series((Branches(("a", "b")), Branches(("c", "d"))))


def test_what_is_woven_goes_row_by_row() -> None:
    found = order(graph(a="", b="", c="a", d="a b"))
    assert found == Series((Branches(("a", "b")), Branches(("c", "d"))))


@settings(derandomize=True, deadline=None, max_examples=40)
@given(flows())
def test_every_step_comes_once_and_after_what_it_needs(flow: Flow) -> None:
    found = order(flow)
    assert sorted(names_in(found)) == sorted(step.name for step in flow.steps)
    before = above(flow.needs())
    for name, first in _befores(found).items():
        assert before[name] <= first
    assert order(flow) == found


def _befores(part: Part) -> dict[str, frozenset[str]]:
    """What has ended for certain when each step begins."""
    if isinstance(part, str):
        return {part: frozenset()}
    found: dict[str, frozenset[str]] = {}
    ended: frozenset[str] = frozenset()
    for each in part.parts:
        for name, first in _befores(each).items():
            found[name] = first | (ended if isinstance(part, Series) else frozenset())
        ended |= frozenset(names_in(each))
    return found


def test_a_part_is_found_by_its_path() -> None:
    found = order(graph(a="", b="a", c="a", d="b c"))
    assert at(found, ()) == found
    assert at(found, (1, 0)) == "b"
    with pytest.raises(Bug):
        at(found, (0, 0))


def test_a_circle_needs_itself() -> None:
    circle = above({"a": ("c",), "b": ("a",), "c": ("b",), "d": ("c",)})
    assert [name for name, before in circle.items() if name in before] == ["a", "b", "c"]
