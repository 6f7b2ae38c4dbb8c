"""The score grows with every factor and with nothing else, and says why."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.matriz.risk.factors import WEIGHTS, Measured, Weight
from laneshift.matriz.risk.score import ranked, score

COUNTS = tuple(field.name for field in fields(Measured) if field.name not in ("tests", "is_open", "refused"))
MEASURED = st.builds(
    Measured, **{name: st.integers(0, 5000) for name in COUNTS}, tests=st.integers(0, 9), is_open=st.booleans()
)


@given(MEASURED, st.sampled_from(COUNTS), st.integers(1, 1000))
def test_more_of_a_factor_is_never_less_risk(measured: Measured, name: str, more: int) -> None:
    worse = replace(measured, **{name: getattr(measured, name) + more})
    assert score(worse).score >= score(measured).score
    assert 0 < score(measured).score < 1


@given(MEASURED)
def test_tests_make_it_less_and_a_refusal_more(measured: Measured) -> None:
    assert score(replace(measured, tests=1)).score <= score(replace(measured, tests=0)).score
    assert score(replace(measured, refused="taken")).score > score(replace(measured, refused="")).score


@given(MEASURED)
def test_the_factors_are_what_the_score_is_made_of(measured: Measured) -> None:
    found = score(measured)
    assert list(found.factors) == sorted(found.factors, key=lambda each: -each.points)
    assert {each.name for each in found.factors} == {w.name for w in WEIGHTS if w.points * w.share(measured) > 0}
    assert all(each.why for each in found.factors)


def test_a_word_and_a_line_for_people() -> None:
    calm, wild = score(Measured(tests=3)), score(Measured(dynamic=9, past=3, crossings=4, importers=80))
    assert (calm.level, wild.level) == ("low", "high")
    assert calm.line == "risk 0.10, low: nothing speaks against it"
    assert "9 place(s) may name it when they run" in wild.line


@pytest.mark.parametrize("weight", WEIGHTS, ids=lambda weight: weight.name)
def test_every_weight_has_a_source(weight: Weight) -> None:
    assert len(weight.source) > 20


def test_an_import_that_no_lane_allows_decides_alone() -> None:
    assert score(Measured(tests=1, crossings=1)).level == "high"


def test_equal_items_keep_their_order() -> None:
    calm, wild = score(Measured(tests=1)), score(Measured(dynamic=3))
    assert ranked([("a", calm), ("b", wild), ("c", calm), ("d", wild)]) == ["b", "d", "a", "c"]
