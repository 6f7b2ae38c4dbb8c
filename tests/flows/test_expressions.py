"""The language of expressions: what it says, what it cannot say, and where its bounds are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.flows.expressions import ExpressionError, filled, named_in, parsed, places, value_of

NAMES = {
    "inputs": {"n": 3, "names": ["b", "a", "b"], "text": "Hello\nyou"},
    "steps": {"key-check": {"state": "done", "value": {"ok": True, "ages": [1, 2]}}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inputs.n + 1", 4),
        ("inputs.n * 2 - 7 // 2", 3),
        ("7 % 4 == 3 and not false", True),
        ("-inputs.n", -3),
        ("inputs.n > 2 > 1", True),
        ("'x' if inputs.n else null", "x"),
        ("steps.key_check.value.ok", True),
        ("steps['key-check'].value.ages[-1]", 2),
        ("steps.key_check.value.ages[:1]", [1]),
        ("inputs['names'] + ['c']", ["b", "a", "b", "c"]),
        ("'a' in inputs.names and 'z' not in inputs.names", True),
        ("[x + '!' for x in inputs.names if x != 'a']", ["b!", "b!"]),
        ("sorted(unique(inputs.names))", ["a", "b"]),
        ("chunks(inputs.names, 2)", [["b", "a"], ["b"]]),
        ("len(lines(inputs.text))", 2),
        ("join('-', split(lower('A B')))", "a-b"),
        ("get(steps.key_check.value, 'none', 5)", 5),
        ("keys({'b': 1, 'a': 2})", ["a", "b"]),
        ("str([1, 'x'])", '[1,"x"]'),
        ("inputs.none or 1 if false else max(1, 2)", 2),
        ("null is null", True),
    ],
)
def test_what_expressions_come_to(text: str, value: object) -> None:
    assert value_of(text, NAMES) == value


@pytest.mark.parametrize(
    "text",
    [
        *("1 +", "", "a = 1", "lambda: 1", "f'{1}'", "2 ** 9", "1 << 9", "x.__class__", "().__class__", "[*a]"),
        *("__import__('os')", "inputs.n()", "open('x')", "len(x=1)", "{**a}", "{1, 2}", "(x for x in y)", "b'x'", "1j"),
        *("[x for x, y in z]", "[x async for x in y]", "await x", "yield", "x := 1", "...", "x" * 2_001),
        "(" * 300 + "1" + ")" * 300,
    ],
)
def test_what_is_no_expression_is_refused_unread(text: str) -> None:
    with pytest.raises(ExpressionError):
        parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        *("inputs.none", "nothing", "inputs.n.x", "steps.key_check.value.ages[9]", "1 / 0", "'a' * 9", "[1] * 9"),
        *("'a' - 'b'", "'a' < 1", "int('x')", "len(1)", "chunks([1], 0)", "[x for x in 'abc']", "9007199254740992 + 1"),
        "[y for x in [[1]] for y in x]",
        "[[[[0 for a in lines(inputs.big)] for b in lines(inputs.big)] for c in lines(inputs.big)] for d in [1]]",
    ],
)
def test_what_has_no_value_is_told(text: str) -> None:
    with pytest.raises(ExpressionError):
        value_of(text, {**NAMES, "inputs": {**NAMES["inputs"], "big": "x\n" * 100}})


def test_a_variable_of_a_list_is_gone_after_it() -> None:
    with pytest.raises(ExpressionError):
        value_of("[x for x in [1]] + [x]", {})


def test_the_names_that_are_read_are_told() -> None:
    assert named_in("steps.a.value.b + inputs['c d'] + len(item) + [x for x in index][0]") == {
        ("steps", "a", "value", "b"),
        ("inputs", "c d"),
        ("item",),
        ("index",),
    }


def test_places_in_settings_are_filled() -> None:
    given_in = {
        "a": "${inputs.n}",
        "b": ["n is ${inputs.n}, $${n}", "${ inputs.names }"],
        "c": {"env": "TOKEN"},
        "d": 1.5,
    }
    assert filled(given_in, NAMES) == {
        "a": 3,
        "b": ["n is 3, ${n}", ["b", "a", "b"]],
        "c": {"env": "TOKEN"},
        "d": 1.5,
    }
    assert places("${a} $${b} ${ {'x': '}'} }") == ["a", "{'x': '}'}"]
    with pytest.raises(ExpressionError):
        filled("${ inputs.n", NAMES)


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(st.sampled_from("ab01.[]()+-*/'\" ,:{}in_fornot=<"), max_size=30))
def test_no_text_does_more_than_fail(text: str) -> None:
    try:
        value = value_of(text, {"a": {"b": 1}, "b": [1, "x"]})
    except ExpressionError:
        return
    assert isinstance(value, (int, float, str, list, dict, bool, type(None)))
