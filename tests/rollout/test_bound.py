"""The bound on the bad rate is the exact binomial one: scipy computes the same."""

from __future__ import annotations

import pytest
from scipy.stats import beta, binom

from laneshift.errors import Bug, CheckFailed
from laneshift.rollout.bound import upper_bound

SIZES = (1, 2, 3, 5, 10, 14, 29, 59, 144, 299, 800, 2500, 10_000)
CONFIDENCES = (0.5, 0.9, 0.95, 0.99, 0.999)


@pytest.mark.parametrize("n", SIZES)
def test_it_is_the_bound_of_clopper_and_pearson(n: int) -> None:
    counts = sorted({0, 1, 2, 3, n // 20, n // 10, n // 3, n // 2, n - 1, n} & {*range(n + 1)})
    confidences = CONFIDENCES if n <= 300 else (0.95,)
    for bad in counts if n < 10_000 else counts[:6]:
        for confidence in confidences:
            expected = 1.0 if bad == n else float(beta.ppf(confidence, bad + 1, n - bad))
            assert upper_bound(bad, n, confidence) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("n", SIZES)
def test_none_bad_is_about_three_in_n(n: int) -> None:
    assert upper_bound(0, n) == pytest.approx(1 - 0.05 ** (1 / n), abs=1e-12)
    if n >= 29:
        assert 2.8 / n < upper_bound(0, n) < 3 / n


@pytest.mark.parametrize("n", SIZES)
def test_all_bad_says_nothing_good(n: int) -> None:
    assert upper_bound(n, n) == 1.0


def test_the_sample_is_just_as_likely_as_the_doubt_that_is_left() -> None:
    assert binom.cdf(3, 60, upper_bound(3, 60)) == pytest.approx(0.05, abs=1e-9)
    assert upper_bound(3, 60, 0.99) > upper_bound(3, 60) > 3 / 60


def test_one_more_bad_item_raises_it_and_one_more_good_one_lowers_it() -> None:
    for bad in range(20):
        assert upper_bound(bad, 40) < upper_bound(bad + 1, 40)
        assert upper_bound(bad, 41) < upper_bound(bad, 40)


def test_nothing_checked_is_a_failure() -> None:
    with pytest.raises(CheckFailed) as failed:
        upper_bound(0, 0)
    assert failed.value.code == "canary.nothing-checked"


@pytest.mark.parametrize(("bad", "n", "confidence"), [(-1, 3, 0.95), (4, 3, 0.95), (0, -1, 0.95), (0, 3, 1), (0, 3, 0)])
def test_counts_that_cannot_be_are_a_bug(bad: int, n: int, confidence: float) -> None:
    with pytest.raises(Bug, match="at a confidence"):
        upper_bound(bad, n, confidence)
