"""Filters: what they let through, and that hostile ones are refused with everything that is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.matriz.memory.filtering import parse

SCALARS = st.one_of(st.text(max_size=3), st.integers(-2, 2), st.booleans(), st.sampled_from([0.0, 1.0, 1.5]))
FIELDS = st.sampled_from(["a", "b"])
METADATA = st.dictionaries(FIELDS, SCALARS, max_size=2)


def kind(value: Any) -> str:
    return "bool" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def same(one: Any, other: Any) -> bool:
    return kind(one) == kind(other) and bool(one == other)


@given(METADATA, FIELDS, SCALARS)
def test_equality(metadata: dict[str, Any], field: str, value: Any) -> None:
    wanted = parse({field: value})
    assert wanted is not None
    assert wanted.lets_through(metadata) == (field in metadata and same(metadata[field], value))


@given(METADATA, FIELDS, st.lists(SCALARS, min_size=1, max_size=4))
def test_one_of_several(metadata: dict[str, Any], field: str, values: list[Any]) -> None:
    wanted = parse({field: {"in": values}})
    assert wanted is not None
    expected = field in metadata and any(same(metadata[field], value) for value in values)
    assert wanted.lets_through(metadata) == expected


@given(METADATA, FIELDS, SCALARS.filter(lambda value: not isinstance(value, bool)), SCALARS)
def test_a_range_and_another_field(metadata: dict[str, Any], field: str, least: Any, other: Any) -> None:
    wanted = parse({field: {"gte": least}, "c": other})
    assert wanted is not None
    within = field in metadata and kind(metadata[field]) == kind(least) and metadata[field] >= least
    assert wanted.lets_through({**metadata, "c": other}) == within
    assert not wanted.lets_through(metadata)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ([], 1),
        ("a", 1),
        ({"a": {}}, 1),
        ({"a": {"near": 1, "gt": [1]}}, 2),
        ({"a": {"in": []}}, 1),
        ({"a": {"in": "text"}}, 1),
        ({"a": {"in": list(range(201))}}, 1),
        ({"a": {"gt": True}, "b": None, "c": [1]}, 3),
        ({"": 1, "a b": 1, "x" * 65: 1}, 3),
        ({f"f{at}": 1 for at in range(33)}, 1),
        ({"a": float("nan"), "b": 10**400, "c": "x" * 5_000}, 3),
        ({"a": {"in": [{"gt": 1}]}}, 1),
    ],
)
def test_all_that_is_wrong_is_told(given: Any, faults: int) -> None:
    with pytest.raises(Refused) as caught:
        parse(given)
    assert caught.value.code == "index.bad-filter"
    assert len(caught.value.faults) == faults


def test_no_filter_is_none() -> None:
    assert parse(None) is None
    nothing = parse({})
    assert nothing is not None
    assert nothing.lets_through({})
