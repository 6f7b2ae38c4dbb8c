"""The rule about regressions: what it finds, what it leaves alone, and what it says it cannot tell."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from math import comb
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.reports.bench.verdict import Pair, Sample, judge, rank, settled

TENTH = Decimal("0.10")


def made(
    seed: int, slower: float, noise: Callable[[random.Random], float], pairs: int = 30, waits: float = 0.0
) -> list[Pair]:
    """Pairs of processes; a process is disturbed by `noise`, a factor from 1 on, and on the clock by its square."""
    seeded = random.Random(seed)

    def sample(work: float) -> Sample:
        disturbed = noise(seeded)
        return Sample(work * disturbed**2 + waits, work * disturbed)

    return [Pair(sample(1.0), sample(1.0 * slower)) for _ in range(pairs)]


def calm(seeded: random.Random) -> float:
    return 1 + abs(seeded.gauss(0, 0.01))


def stormy(seeded: random.Random) -> float:
    return 1 + seeded.expovariate(4)


def test_identical_code_is_not_blamed_however_noisy_the_machine() -> None:
    for noise in (calm, stormy):
        found = [judge(made(seed, 1.0, noise), TENTH).outcome for seed in range(200)]
        assert found.count("regression") <= 1
    assert [judge(made(seed, 1.0, calm), TENTH).outcome for seed in range(50)] == ["none"] * 50


def test_a_slowdown_that_matters_is_found() -> None:
    found = [judge(made(seed, 1.15, calm), TENTH).outcome for seed in range(100)]
    assert found == ["regression"] * 100


def test_a_slowdown_below_the_threshold_is_told_and_passes() -> None:
    judged = judge(made(1, 1.06, calm), TENTH)
    assert judged.outcome == "none"
    assert "less than 10 %" in judged.why
    assert judge(made(1, 1.06, calm), Decimal("0.05")).outcome == "regression"


def test_what_the_data_cannot_tell_is_neither() -> None:
    found = [judge(made(seed, 1.10, stormy), TENTH, "wall").outcome for seed in range(50)]
    assert found.count("insufficient") > 25


def test_few_pairs_are_insufficient_however_clear() -> None:
    judged = judge(made(1, 3.0, calm, pairs=9), TENTH)
    assert (judged.outcome, judged.pairs) == ("insufficient", 9)
    assert judge([], TENTH).outcome == "insufficient"
    assert judge(made(1, 3.0, calm, pairs=10), TENTH).outcome == "regression"


def test_a_noisy_clock_is_settled_by_the_processor_only_where_nothing_waits() -> None:
    def rough(seeded: random.Random) -> float:
        return 1.0 + seeded.expovariate(2)

    def on_the_clock(waits: float) -> list[Pair]:
        seeded = random.Random(3)
        return [
            Pair(Sample(rough(seeded) + waits, 1.0), Sample(rough(seeded) + waits, 1.0 + 0.001 * seeded.random()))
            for _ in range(30)
        ]

    assert judge(on_the_clock(0.0), TENTH, "wall").outcome == "insufficient"
    assert judge(on_the_clock(0.0), TENTH).outcome == "none"
    assert judge(on_the_clock(0.5), TENTH).outcome == "insufficient"


def test_a_slowdown_that_only_waits_is_found_by_the_clock() -> None:
    pairs = [Pair(Sample(1 + each / 1000, 0.5), Sample(1.2 + each / 1000, 0.5)) for each in range(30)]
    judged = judge(pairs, TENTH)
    assert judged.outcome == "regression"
    assert "by wall" in judged.why
    assert judge(pairs, TENTH, "processor").outcome == "none"


def test_without_the_processor_the_clock_judges_alone() -> None:
    pairs = [Pair(Sample(1 + each / 1000), Sample(1.2 + each / 1000)) for each in range(30)]
    assert [each.measure for each in judge(pairs, TENTH).ratios] == ["wall"]
    assert judge(pairs, TENTH, "processor").outcome == "insufficient"


def test_instructions_settle_what_times_did_not() -> None:
    pairs = made(1, 1.0, stormy)
    unsure = judge([], TENTH)
    assert settled(unsure, pairs, 1000, 1101, TENTH).outcome == "regression"
    assert settled(unsure, pairs, 1000, 1100, TENTH).outcome != "regression"
    busy = [Pair(Sample(1.0, 1.0), Sample(1.0, 1.0))] * 30
    assert settled(unsure, busy, 1000, 1001, TENTH).outcome == "none"
    waiting = [Pair(Sample(1.5, 1.0), Sample(1.5, 1.0))] * 30
    assert settled(unsure, waiting, 1000, 1001, TENTH).outcome == "insufficient"
    assert settled(unsure, waiting, 1000, 2000, TENTH).instructions == (1000, 2000)


@pytest.mark.parametrize(("count", "error"), [(10, "0.01"), (30, "0.01"), (30, "0.005"), (101, "0.01")])
def test_the_bound_is_wrong_no_more_often_than_said(count: int, error: str) -> None:
    at = rank(count, Decimal(error))
    assert at is not None
    assert sum(comb(count, below) for below in range(at + 1)) / 2**count <= float(error)
    assert sum(comb(count, below) for below in range(at + 2)) / 2**count > float(error)
    expected = count / 2 + NormalDist().inv_cdf(float(error)) * count**0.5 / 2
    assert abs(at - expected) < 2


def test_too_few_values_have_no_bound() -> None:
    assert rank(6, Decimal("0.01")) is None
    assert rank(7, Decimal("0.01")) == 0


_times = st.floats(0.001, 1000)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(_times, _times), min_size=10, max_size=40),
    st.floats(0.01, 100),
    st.randoms(use_true_random=False),
)
def test_neither_the_unit_nor_the_order_of_pairs_matters(
    times: list[tuple[float, float]], unit: float, chance: random.Random
) -> None:
    pairs = [Pair(Sample(old), Sample(new)) for old, new in times]
    again = [Pair(Sample(old * unit), Sample(new * unit)) for old, new in chance.sample(times, len(times))]
    first, second = judge(pairs, TENTH), judge(again, TENTH)
    [one], [other] = first.ratios, second.ratios
    assert (one.median, one.low, one.high) == pytest.approx((other.median, other.low, other.high))
    assert one.low <= one.median <= one.high


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.lists(st.tuples(_times, _times), min_size=10, max_size=40))
def test_what_regresses_one_way_does_not_regress_the_other(times: list[tuple[float, float]]) -> None:
    there = judge([Pair(Sample(old), Sample(new)) for old, new in times], TENTH).outcome
    back = judge([Pair(Sample(new), Sample(old)) for old, new in times], TENTH).outcome
    assert (there, back) != ("regression", "regression")
