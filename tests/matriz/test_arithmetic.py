"""Sums are exact, and nothing else is ever worked out."""

from __future__ import annotations

import operator
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.matriz.arithmetic import NotArithmeticError, expression_in, shown, worked_out

_SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("what is 12 * (3 + 4)?".rstrip("?"), "84"),
        ("15% of 80", "12"),
        ("2 to the power of 10", "1024"),
        ("7 divided by 2", "3.5"),
        ("10 / 3", "≈ 3.333333333333"),
        ("0.1 + 0.2", "0.3"),
        ("1,000 + 1", "1001"),
        ("-3 + 1", "-2"),
        ("7 // 2 + 7 % 2", "4"),
        ("the square root of 16", "4"),
    ],
)
def test_sums(text: str, value: str) -> None:
    assert shown(worked_out(expression_in(text))) == value


@pytest.mark.parametrize(
    "text",
    [
        "1/0",
        "9**9**9",
        "2**1000",
        "2**0.5",
        "0**-1",
        "-" * 60 + "1+1",
        "1" * 300 + "+1",
        "9e999+1",
        "1+",
    ],
)
def test_what_is_too_much_is_said(text: str) -> None:
    with pytest.raises(NotArithmeticError):
        worked_out(text)


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a+1", "1 if 1 else 2", "[1]*9", "'a'*9", "f(1)", "sqrt", "True+1"]
)
def test_nothing_but_numbers_is_taken(text: str) -> None:
    assert expression_in(text) == ""
    with pytest.raises(NotArithmeticError):
        worked_out(text)


@pytest.mark.parametrize(
    "text", ["who imports a.b", "is 3 ready", "labs/a-b.py", "item 12", "3.11", "why did item 3-4 fail"]
)
def test_names_are_no_sums(text: str) -> None:
    assert expression_in(text) == ""


@given(st.integers(-999, 999), st.sampled_from(sorted(_SIGNS)), st.integers(0, 999), st.sampled_from(sorted(_SIGNS)))
def test_sums_are_those_of_python(left: int, first: str, right: int, second: str) -> None:
    expected = _SIGNS[second](_SIGNS[first](left, right), 7) if second != "*" else _SIGNS[first](left, right * 7)
    assert worked_out(f"{left} {first} {right} {second} 7") == Fraction(expected) or (first == "*" and second == "*")
