"""Each ceiling holds at its number and speaks one above it, with the numbers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from laneshift.config import Ceilings
from laneshift.errors import Fault
from laneshift.rollout.ceilings import Load, exceeded


def loads(count: int, *stars: str, lane: str = "core", forced: bool = False) -> list[Load]:
    return [Load(lane, stars, f"core/{'_'.join(stars)}{at}.py", forced) for at in range(count)]


def keys(faults: tuple[Fault, ...]) -> list[str]:
    assert all(fault.code == "ceiling.exceeded" and fault.cure for fault in faults)
    return [fault.where.removeprefix("ceilings.") for fault in faults]


CASES: dict[str, tuple[Ceilings, Callable[[int], list[Load]], int, int]] = {
    "per_run": (Ceilings(per_run=7), loads, 7, 0),
    "per_lane.core": (Ceilings(per_lane={"core": 3}), loads, 3, 0),
    "per_star": (Ceilings(per_star=4, supporting_floor=Decimal(0)), lambda count: loads(count, "Flow"), 4, 0),
    "per_day": (Ceilings(per_day=10), loads, 4, 6),
}
"""A ceiling, what weighs on it, how much it bears, and how much landed today."""


@pytest.mark.parametrize("key", CASES)
def test_a_ceiling_is_reached_freely_and_exceeded_never(key: str) -> None:
    limits, weigh, bears, today = CASES[key]
    assert exceeded(limits, weigh(bears), today) == ()
    assert keys(exceeded(limits, weigh(bears + 1), today)) == [key]
    told = exceeded(limits, weigh(bears + 1), today)[0].what
    assert str(bears + 1 if key != "per_day" else today) in told
    assert str(bears + today) in told


def test_the_defaults_are_those_that_were_promised() -> None:
    limits = Ceilings()
    assert (limits.per_run, limits.per_star, limits.stars_per_module, limits.per_day) == (800, 200, 2, 0)
    assert exceeded(limits, loads(800), 10**6) == ()
    assert keys(exceeded(limits, loads(801), 0)) == ["per_run"]
    most = [*loads(200, "Flow"), *loads(300, "Supporting")]
    assert exceeded(limits, most, 0) == ()
    assert keys(exceeded(limits, [*most, *loads(1, "Flow")], 0)) == ["per_star"]


def test_a_module_has_at_most_so_many_different_stars() -> None:
    limits = Ceilings(supporting_floor=Decimal(0))
    assert exceeded(limits, loads(1, "Flow", "Watch", "flow"), 0) == ()
    faults = exceeded(limits, [*loads(7, "Flow", "Watch", "North"), *loads(1, "Flow")], 0)
    assert keys(faults) == ["stars_per_module"]
    assert faults[0].what.startswith("7 modules have more than 2 stars: 'core/Flow_Watch_North0.py' with 3")
    assert faults[0].what.endswith("…")


def test_the_share_of_supporting_has_a_floor() -> None:
    limits = Ceilings()
    assert exceeded(limits, [*loads(11, "Supporting"), *loads(9, "Flow")], 0) == ()
    assert exceeded(limits, [*loads(10, "supporting"), *loads(8, "Flow"), *loads(500)], 0) == ()
    faults = exceeded(limits, [*loads(10, "Supporting"), *loads(9, "Flow"), *loads(500)], 0)
    assert keys(faults) == ["supporting_floor"]
    assert "10 of 19" in faults[0].what
    assert "0.55" in faults[0].what


def test_supporting_with_another_star_is_promoted() -> None:
    assert keys(exceeded(Ceilings(), loads(1, "Supporting", "Flow"), 0)) == ["supporting_floor"]


def test_supporting_has_no_ceiling_and_other_stars_count_whatever_their_case() -> None:
    limits = Ceilings(per_star=2, supporting_floor=Decimal(0))
    assert exceeded(limits, loads(50, "Supporting"), 0) == ()
    assert keys(exceeded(limits, [*loads(2, "Flow"), *loads(1, "FLOW")], 0)) == ["per_star"]


def test_a_forced_star_is_free_of_its_ceiling_and_of_no_other() -> None:
    limits = Ceilings(per_star=2, per_run=5, supporting_floor=Decimal(0))
    assert exceeded(limits, [*loads(2, "Flow"), *loads(3, "Flow", forced=True)], 0) == ()
    assert keys(exceeded(limits, [*loads(3, "Flow"), *loads(3, "Flow", forced=True)], 0)) == ["per_run", "per_star"]


def test_other_lanes_do_not_weigh_on_a_lane() -> None:
    limits = Ceilings(per_lane={"core": 2, "serve": 1})
    assert exceeded(limits, [*loads(2), *loads(1, lane="serve"), *loads(9, lane="labs")], 0) == ()
    assert keys(exceeded(limits, [*loads(3), *loads(2, lane="serve")], 0)) == ["per_lane.core", "per_lane.serve"]


def test_nothing_weighs_nothing() -> None:
    assert exceeded(Ceilings(per_day=1), [], 1) == ()
