"""What a dream is asked for: every fault at once, and ways that obey their constraints whatever they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.runs.dreaming.asking import RISKS, Asked, Constraints, asked_in, asked_of
from laneshift.runs.dreaming.imagining import Known, ways


def test_a_wish_is_read_with_its_usual_numbers() -> None:
    assert asked_of({"scenario": "x moved to y"}, "w") == Asked(question="x moved to y")
    told = asked_in(b'{"scenario": [{}], "seed": 5, "constraints": {"only": ["a"], "max_risk": "low"}}', "w")
    assert told == Asked(({},), seed=5, constraints=Constraints(only=("a",), max_risk="low"))
    assert told.constraints.as_json() == {"only": ["a"], "max_risk": "low"}


@pytest.mark.parametrize(
    ("plain", "codes"),
    [
        ([], ["dream.bad-request"]),
        ({}, ["dream.no-scenario"]),
        ({"scenario": ""}, ["dream.out-of-bounds"]),
        ({"scenario": "x" * 2001, "depth": True}, ["dream.out-of-bounds"] * 2),
        ({"scenario": [], "num_paths": 0, "seed": 1.5, "more": 1}, ["dream.unknown-key", *["dream.out-of-bounds"] * 3]),
        ({"scenario": [{}] * 301}, ["dream.out-of-bounds"]),
        ({"scenario": "x", "constraints": []}, ["dream.bad-constraint"]),
        ({"scenario": "x", "constraints": {"only": "a", "last": ["b", "b"], "max_risk": [], "odd": 1}},
         ["dream.unknown-key", *["dream.bad-constraint"] * 3]),
    ],
)  # fmt: skip
def test_every_fault_is_told(plain: Any, codes: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        asked_of(plain, "w")
    assert [fault.code for fault in caught.value.faults] == codes


@pytest.mark.parametrize("data", [b"", b"\xff", b"{", b'{"scenario": "a", "scenario": "b"}', b"[" * 100_000])
def test_what_is_not_json_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        asked_in(data, "w")
    assert caught.value.code == "dream.bad-request"


_NAMES = st.sampled_from([f"m{number}" for number in range(8)])
_LISTS = st.lists(_NAMES, max_size=3, unique=True).map(tuple)
_KNOWN = st.lists(
    st.builds(
        Known, _NAMES, st.integers(0, 100), st.sampled_from(RISKS), st.integers(0, 9), st.integers(0, 2), st.booleans()
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda each: each.id,
)


@given(
    _KNOWN,
    st.builds(Constraints, _LISTS, _LISTS, _LISTS, _LISTS, st.sampled_from(RISKS)),
    st.integers(1, 12),
    st.integers(),
)
def test_ways_are_distinct_obey_and_follow_from_the_seed(
    known: list[Known], constraints: Constraints, paths: int, seed: int
) -> None:
    found = ways(known, constraints, paths, seed)
    assert found == ways(known, constraints, paths, seed)
    assert len(found) <= paths
    assert len({way.order for way in found}) == len(found)
    items = {each.id: each for each in known}
    for way in found:
        out = {name for name, _ in way.left_out}
        assert set(way.order) | out == set(items)
        assert not set(way.order) & out
        assert not set(way.order) & set(constraints.without)
        assert all(RISKS.index(items[name].risk) <= RISKS.index(constraints.max_risk) for name in way.order)
        assert all(name in constraints.only for name in way.order) or not constraints.only
        closing = [items[name].closing for name in way.order]
        assert closing == sorted(closing)
