"""Signatures compared by the calls that they accept; Python itself is the judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.contracts.signature import Parameter, SignatureError, breaks, promised, read

NAMES = ("a", "b", "c")
Call = tuple[int, tuple[str, ...]]


@st.composite
def written(draw: st.DrawFn) -> str:
    """A parameter list of at most three of the names, in any kinds that Python takes."""
    names = list(draw(st.permutations(NAMES)))[: draw(st.integers(0, 3))]
    kinds = sorted(draw(st.lists(st.sampled_from((0, 1, 2)), min_size=len(names), max_size=len(names))))
    parts: list[str] = []
    optional = False
    rest = draw(st.booleans())
    for at, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        default = draw(st.booleans())
        optional = optional or (default and kind < 2)
        if kind == 2 and (at == 0 or kinds[at - 1] < 2):
            parts.append("*rest" if rest else "*")
        parts.append(f"{name}=1" if default or (optional and kind < 2) else name)
        if kind == 0 and (at + 1 == len(kinds) or kinds[at + 1] > 0):
            parts.append("/")
    if rest and "*rest" not in parts:
        parts.append("*rest")
    if draw(st.booleans()):
        parts.append("**more")
    return f"({', '.join(parts)})"


def function(text: str) -> Callable[..., None]:
    found: dict[str, Callable[..., None]] = {}
    exec(f"def f{text}: pass", found)
    return found["f"]


def calls() -> list[Call]:
    subsets = [names for size in range(4) for names in combinations((*NAMES, "z"), size)]
    return list(product(range(5), subsets))


def works(called: Callable[..., None], call: Call) -> bool:
    try:
        called(*range(call[0]), **dict.fromkeys(call[1]))
    except TypeError:
        return False
    return True


@settings(derandomize=True, max_examples=150, deadline=None)
@given(written(), written())
def test_without_a_break_every_call_still_works(was: str, now: str) -> None:
    if breaks(read(was), read(now)):
        return
    old, new = function(was), function(now)
    for call in calls():
        assert works(new, call) or not works(old, call), (was, now, call)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(written())
def test_what_is_read_is_written_again_and_nothing_breaks_itself(text: str) -> None:
    assert str(read(text)) == text
    assert breaks(read(text), read(text)) == ()


@settings(derandomize=True, max_examples=80, deadline=None)
@given(written())
def test_one_more_optional_keyword_breaks_nothing(text: str) -> None:
    was = read(text)
    wider = replace(was, keyword_only=(*was.keyword_only, Parameter("zz", "1")))
    assert str(wider) != text
    assert breaks(was, wider) == ()
    assert breaks(was, replace(was, keyword_only=(*was.keyword_only, Parameter("zz")))) == ("'zz' has to be given now",)


@pytest.mark.parametrize(
    ("was", "now", "word"),
    [
        ("(a)", "()", "'a' is gone"),
        ("(a)", "(b)", "parameter 1 is 'b' instead of 'a'"),
        ("(a, b)", "(b, a)", "parameter 1"),
        ("(a)", "(a, b)", "'b' has to be given now"),
        ("(a)", "(a, *, b)", "'b' has to be given now"),
        ("(a=1)", "(a)", "'a' has to be given now"),
        ("(a=1)", "(a=2)", "'a' is 2 by default instead of 1"),
        ("(a)", "(a, /)", "cannot be given by name"),
        ("(a)", "(*, a)", "cannot be given by position"),
        ("(*, a)", "(*, b=1)", "'a' is gone"),
        ("(*rest)", "()", "does not take *rest"),
        ("(**more)", "()", "does not take **more"),
        ("(a, *rest)", "(a, b=1, *rest)", "'b' takes an argument"),
        ("(a: int)", "(a: str)", "'a' is str instead of int"),
        ("(a: int)", "(a)", "not annotated"),
        ("() -> int", "() -> str", "returns str instead of int"),
        ("() -> int", "()", "returns what is not said"),
    ],
)
def test_each_break_is_found_and_named(was: str, now: str, word: str) -> None:
    assert any(word in each for each in breaks(read(was), read(now))), breaks(read(was), read(now))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("(a)", "(a, b=1)"),
        ("(a)", "(a, *, b=1)"),
        ("(a)", "(a, *rest, **more)"),
        ("(a)", "(a=1)"),
        ("(a, /)", "(x)"),
        ("(*, a)", "(a)"),
        ("(a=...)", "(a=2)"),
        ("(a)", "(a: int)"),
        ("()", "() -> int"),
        ("(a: 'int')", "(a: int)"),
    ],
)
def test_what_only_takes_or_tells_more_is_no_break(was: str, now: str) -> None:
    assert breaks(read(was), read(now)) == ()


def test_what_is_awaited_is_another_function() -> None:
    assert breaks(read("()"), read("()", is_async=True)) == ("is awaited now",)
    assert breaks(read("()", is_async=True), read("()")) == ("is not awaited any more",)


@pytest.mark.parametrize(
    "text",
    ["", "a", "(a", "(a))", "(a): return 1 #", "(a)\n", "(a=)", "(a, a)", "(): pass\ndef g()", "(x=\0)", "(" * 500],
)
def test_what_is_no_signature_is_refused(text: str) -> None:
    with pytest.raises(SignatureError):
        read(text)


def test_a_promise_leaves_open_what_is_no_plain_value() -> None:
    told = promised(read("(a=1, b='x', c=object(), *, d=LIMIT, e=None, f=(1, 2))"))
    assert str(told) == "(a=1, b='x', c=..., *, d=..., e=None, f=(1, 2))"
    assert breaks(told, read("(a=1, b='x', c=thing(), *, d=OTHER, e=None, f=(1, 2))")) == ()


def test_a_method_may_be_written_with_self() -> None:
    assert str(read("(self, a)", is_method=True)) == "(a)"
    assert str(read("(a, self)", is_method=True)) == "(a, self)"
