"""Values and errors as plain data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Bug, CheckFailed, Fault
from laneshift.runs.engine.dbos_values import JsonValues
from laneshift.runs.engine.port import StepFailed
from laneshift.runs.engine.values import encode, facts_of, fingerprint, plain

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_a_plain_value_is_itself_and_ascii_in_the_store(value: object) -> None:
    assert plain(value) == value
    assert encode(value).isascii()
    assert JsonValues().deserialize(JsonValues().serialize(value)) == value


@given(VALUES, VALUES)
def test_fingerprints_differ_exactly_when_values_do(one: object, other: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint(one) == fingerprint(other)) is same


def test_the_order_of_keys_leaves_no_trace() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


@pytest.mark.parametrize("value", [{1, 2}, b"x", float("inf"), {(1, 2): 3}, object()])
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(Bug) as caught:
        plain(value)
    assert caught.value.code == "engine.not-json"


def test_a_value_that_holds_itself_is_refused() -> None:
    knot: list[object] = []
    knot.append(knot)
    with pytest.raises(Bug):
        plain(knot)


def test_errors_keep_their_facts_through_the_store() -> None:
    error = CheckFailed("gate.red", "red", where="a.py:1", faults=[Fault("gate.one", "b.py", "x", "y")])
    stored = JsonValues().deserialize(JsonValues().serialize(StepFailed(facts_of(error, "c", "the step"))))
    assert isinstance(stored, StepFailed)
    assert stored.facts == error.as_dict()


def test_an_error_of_the_store_itself_is_never_stored() -> None:
    with pytest.raises(OSError, match="disk"):
        JsonValues().serialize(OSError("disk"))


def test_a_crash_keeps_the_end_of_a_long_traceback() -> None:
    facts = facts_of(ValueError("x" * 50_000 + "end"), "engine.step-crashed", "the step")
    assert facts["type"] == "ValueError"
    assert len(facts["traceback"]) == 20_000
    assert facts["traceback"].endswith("end\n")
