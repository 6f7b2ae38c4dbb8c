"""Stages keep what went out and reach everything; a run pauses above its limit and never at it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Bug
from laneshift.rollout.canary import Candidate, canary
from laneshift.rollout.stages import pauses, stages
from tests.rollout.plans import PLANS, SIZES, plan_of


@settings(max_examples=300)
@given(PLANS, st.lists(SIZES, max_size=4))
def test_stages_are_disjoint_and_end_with_everything(plan: list[Candidate], sizes: list[Decimal]) -> None:
    found = stages(plan, [*sizes, Decimal(1)])
    keys = [one.key for one in plan]
    assert sorted(key for stage in found for key in stage) == sorted(keys)
    assert len(found) == len(sizes) + 1
    assert all(list(stage) == [key for key in keys if key in set(stage)] for stage in found)
    out: set[str] = set()
    for size, stage in zip(sizes, found, strict=False):
        out.update(stage)
        assert out >= set(canary(plan, size))


def test_the_usual_stages_of_144_items() -> None:
    plan = plan_of([(106, 0), (36, 0), (2, 0)])
    sizes = [Decimal("0.10"), Decimal("0.25"), Decimal(1)]
    assert [len(stage) for stage in stages(plan, sizes)] == [14, 22, 108]
    assert stages(plan, sizes)[0] == canary(plan, sizes[0])


def test_what_went_out_stays_out_when_a_larger_sample_would_leave_it_home() -> None:
    plan = plan_of([(60, 0), (60, 0), (20, 0)])
    first, second = stages(plan, [Decimal(10) / 140, Decimal(11) / 140])
    assert sum(key.startswith("pkg2.") for key in first) == 2
    larger = canary(plan, Decimal(11) / 140)
    assert sum(key.startswith("pkg2.") for key in larger) == 1
    assert not set(first) <= set(larger)
    assert len({*first, *second}) == 12


def test_a_canary_that_is_everything_leaves_the_later_stages_empty() -> None:
    assert stages(plan_of([(1, 0)]), [Decimal("0.1"), Decimal("0.25"), Decimal(1)]) == (("pkg0.module_0",), (), ())


@pytest.mark.parametrize(
    ("failed", "done", "limit", "stops"),
    [
        (0, 1, "0", False),
        (1, 1000, "0", True),
        (1, 10, "0.10", False),
        (2, 10, "0.10", True),
        (3, 30, "0.10", False),
        (4, 30, "0.10", True),
        (10, 10, "1", False),
    ],
)
def test_a_run_pauses_above_the_limit(failed: int, done: int, limit: str, stops: bool) -> None:
    assert pauses(failed, done, Decimal(limit)) is stops
    assert pauses(failed, done, float(limit)) is stops


@pytest.mark.parametrize(("failed", "done"), [(0, 0), (2, 1), (-1, 3)])
def test_nothing_done_is_no_good_news(failed: int, done: int) -> None:
    with pytest.raises(Bug, match="cannot have failed"):
        pauses(failed, done, Decimal("0.1"))
