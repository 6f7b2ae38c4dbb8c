"""Contracts of generic code and of type aliases. Python 3.11 reads neither such code nor such signatures."""

from __future__ import annotations

import ast
import sys

import pytest

from laneshift.manifests.contracts.signature import SignatureError, breaks, of, read

KNOWN = sys.version_info >= (3, 12)
parsed = pytest.mark.skipif(not KNOWN, reason="Python 3.11 has no such syntax")
FIRST = "[T: int, *Ts, **P](each: T) -> T"


@parsed
def test_type_parameters_stand_in_front() -> None:
    node = ast.parse(f"def first{FIRST}: pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    assert str(of(node)) == str(read(FIRST)) == FIRST


@parsed
def test_another_bound_is_a_break_and_one_that_nobody_promised_is_none() -> None:
    assert breaks(read("[T: int](each: T)"), read("[T: str](each: T)")) == (
        "has type parameters [T: str] instead of [T: int]",
    )
    assert breaks(read("[T](each: T)"), read("(each: T)")) == ("has no type parameters instead of [T]",)
    assert breaks(read("(each: T)"), read("[T: str](each: T)")) == ()


@pytest.mark.parametrize("text", ["[](each)", "[T]", "[T]: pass", "[T](each", "[each]"])
def test_no_signature(text: str) -> None:
    with pytest.raises(SignatureError):
        read(text)


@pytest.mark.skipif(KNOWN, reason="later Pythons read it")
def test_an_older_python_says_that_it_reads_no_type_parameters() -> None:
    with pytest.raises(SignatureError, match="is no parameter list"):
        read(FIRST)
