"""Figures and sections: none is made up, limits decide exactly, and what is kept comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Bug
from laneshift.reports.health.model import Figure, Health, Section, State, count, errored, judged, left_out, rate

TREE = "0" * 40


@pytest.mark.parametrize(("value", "of"), [(0, 0), (1, 0), (2, 1), (-1, 3), (-1, None)])
def test_there_is_no_share_of_nothing(value: int, of: int | None) -> None:
    with pytest.raises(Bug, match="is no figure"):
        Figure("x", "x", value, of)


@pytest.mark.parametrize("state", [State.PASSED, State.FAILED])
def test_nothing_measured_is_no_section(state: State) -> None:
    with pytest.raises(Bug, match="has measured nothing"):
        Section("ruff", state, "")


def test_an_error_has_a_reason() -> None:
    with pytest.raises(Bug, match="for no reason"):
        errored("ruff", "")


@given(good=st.integers(0, 10**6), rest=st.integers(0, 10**6), least=st.integers(1, 1000))
def test_a_share_is_judged_without_rounding(good: int, rest: int, least: int) -> None:
    if good + rest:
        figure = rate("x", "x", good, good + rest, Decimal(least) / 1000)
        assert figure.holds is (good * 1000 >= least * (good + rest))


def test_a_limit_that_does_not_hold_fails_and_is_named() -> None:
    section = judged("ruff", [count("findings", "findings", 3, 2), count("rules", "rules", 9)])
    assert (section.state, section.reason) == (State.FAILED, "findings: 3, at most 2")
    assert judged("ruff", [count("findings", "findings", 3, "any")]).state is State.PASSED


def test_what_is_kept_comes_back() -> None:
    section = judged("unit", [rate("passed", "p", 9, 10, Decimal("0.95"))], ["note"] * 60, [("a", 1)])
    assert Section.from_json(section.as_json()) == section
    assert (len(section.notes), section.more) == (50, 10)


def test_one_error_is_enough_and_nothing_is_not() -> None:
    good, out = judged("ruff", [count("findings", "findings", 0, 0)]), left_out("openapi")
    assert Health(TREE, 0, (good, out)).passes
    assert not Health(TREE, 0, (good, errored("unit", "gone"))).passes
    assert not Health(TREE, 0, (out,)).passes
    assert not Health(TREE, 0, ()).passes
