"""Scores and complexities are what the facts and the weights say, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.config.inventory import Complexity, Effort, Score
from laneshift.manifests.inventory.complexity import costs, dangers, hours, level, rationale, risk
from laneshift.manifests.inventory.records import LEVELS, ModuleFacts
from laneshift.manifests.inventory.score import score, shares
from tests.manifests.inventory.drawn import facts

BARE = ModuleFacts("labs/a.py", "labs.a")
GOOD = ModuleFacts(
    *("labs/a.py", "labs.a", 300, 4, 20, 10, 10),
    tests=("tests/test_a.py", "tests/test_b.py"),
    importers=tuple(("core", f"core/{at}.py") for at in range(5)),
)


def test_a_good_module_has_a_hundred_and_an_empty_one_what_nobody_can_hold_against_it() -> None:
    assert score(GOOD, Score(), in_archive=False) == 100
    assert score(BARE, Score(), in_archive=False) == 15
    assert score(GOOD, Score(), in_archive=True) == 50


@pytest.mark.parametrize(
    ("worse", "points"),
    [
        ({"loc": 100}, 95.0),
        ({"loc": 2000}, 95.0),
        ({"classes": 0}, 90.0),
        ({"functions": 5}, 95.0),
        ({"documented": 0}, 85.0),
        ({"tests": ("tests/test_a.py",)}, 87.5),
        ({"importers": ()}, 85.0),
        ({"unresolved": ("labs.gone",)}, 95.0),
        ({"age_days": 365}, 97.5),
    ],
)
def test_each_fact_costs_its_weight(worse: dict[str, object], points: float) -> None:
    assert score(replace(GOOD, **worse), Score(), in_archive=False) == points


@settings(derandomize=True, max_examples=300, deadline=None)
@given(facts(), st.integers(0, 1000), st.booleans())
def test_a_score_is_from_0_to_100(found: ModuleFacts, weight: int, archived: bool) -> None:
    weights = Score(tests=weight, size=weight // 2, importers=1)
    points = score(found, weights, in_archive=archived)
    assert 0 <= points <= 100
    assert round(points, 1) == points
    assert all(0 <= share <= 1 for share in shares(found).values())


@settings(derandomize=True, max_examples=300, deadline=None)
@given(facts(), st.sampled_from(["labs", "core", "serve"]))
def test_one_more_importer_never_makes_a_move_simpler_or_shorter(found: ModuleFacts, lane: str) -> None:
    more = replace(found, importers=(*found.importers, (lane, "another.py")))
    for weights in (Complexity(), Complexity(importer=0), Complexity(medium=1, high=3)):
        before, after = (level(costs(each, weights), weights) for each in (found, more))
        assert LEVELS.index(before) <= LEVELS.index(after)
        told = [risk(dangers(each, (), 0), level(costs(each, weights), weights)) for each in (found, more)]
        assert LEVELS.index(told[0]) <= LEVELS.index(told[1])
    assert hours(found, Effort()) <= hours(more, Effort())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("importers", tuple(("core", f"core/{at}.py") for at in range(40))),
        ("unresolved", tuple(f"labs.{at}" for at in range(8))),
        ("relative", 25),
        ("loc", 3500),
    ],
)
def test_complexity_is_not_size_alone(name: str, value: object) -> None:
    weights = Complexity()
    tested = replace(BARE, loc=10, tests=("tests/test_a.py",))
    assert level(costs(tested, weights), weights) == "low"
    assert level(costs(replace(tested, **{name: value}), weights), weights) == "high"


def test_a_module_without_tests_is_harder_and_riskier() -> None:
    weights = Complexity()
    near = replace(BARE, relative=4, tests=("tests/test_a.py",))
    assert level(costs(near, weights), weights) == "low"
    assert level(costs(replace(near, tests=()), weights), weights) == "medium"
    assert risk(dangers(near, (), 0), "low") == "low"
    assert risk(dangers(replace(near, tests=()), (), 0), "low") == "medium"
    assert risk(dangers(replace(near, tests=(), effects=1), ("labs.b",), 2), "low") == "high"


def test_hours_are_the_documented_sum_in_quarters() -> None:
    found = replace(BARE, loc=250, relative=3, unresolved=("a.b",), effects=2, importers=(("core", "core/x.py"),) * 3)
    exact = Decimal("0.5") + Decimal("0.625") + Decimal("0.15") + Decimal("0.5") + Decimal("0.3") + 2 + Decimal("0.5")
    assert exact == Decimal("4.575")
    assert hours(found, Effort()) == Decimal("4.75")
    assert hours(replace(BARE, tests=("t.py",)), Effort()) == Decimal("0.5")


def test_the_rationale_names_every_cost_and_danger() -> None:
    weights = Complexity()
    found = costs(replace(BARE, relative=2, loc=120), weights)
    told = rationale(found, "low", dangers(BARE, ("labs.b",), 1), "medium")
    assert told == (
        "low, 23 points: 2 relative import(s) (6), no test imports it (15), 120 lines of code (2). Risk medium: no "
        "test would notice a mistake; 1 of its imports may not be imported there (labs.b, …); 1 module(s) in "
        "production import it."
    )
