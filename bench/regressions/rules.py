"""Rules that say whether a benchmark got slower, over the same raw times: laneshift's, and those it is held against."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from statistics import mean, median
from typing import Any

from scipy.stats import mannwhitneyu

from laneshift.reports.bench.verdict import Pair, Sample, judge

Comparison = Mapping[str, Any]
Rule = Callable[[Comparison], str]
"""What a rule says of one comparison: `regression`, `none` or `insufficient`."""

_THRESHOLD = Decimal("0.10")
_DRAWN = 2000


def ours(measure: str) -> Rule:
    """The rule of `report bench` by one measure, or by both."""

    def said(told: Comparison) -> str:
        pairs = [Pair(_sample(each["base"]), _sample(each["candidate"])) for each in told["pairs"]]
        return judge(pairs, _THRESHOLD, measure).outcome

    return said


def bootstrap(told: Comparison) -> str:
    """The rule that this one grew from: a seeded bootstrap of the median ratio of shortest runs by the clock."""
    ratios = [min(each["candidate"]["wall"]) / min(each["base"]["wall"]) for each in told["pairs"]]
    seeded = random.Random(1)
    medians = sorted(median(seeded.choices(ratios, k=len(ratios))) for _ in range(_DRAWN))
    return _said(medians[_DRAWN // 100] > 1.02 and median(ratios) > 1.03)


def fixed(told: Comparison) -> str:
    """A mean that is 10 % larger, both measured now and in turn."""
    return _said(mean(means(told, "candidate")) > 1.10 * mean(means(told, "base")))


def stored(baseline: Sequence[float]) -> Rule:
    """A mean that is 10 % larger than one that was stored earlier."""
    return lambda told: _said(mean(means(told, "candidate")) > 1.10 * mean(baseline))


def mann_whitney(error: float, value: Callable[[Sequence[float]], float]) -> Rule:
    """Mann and Whitney's test, one-sided, on one value of each process."""

    def said(told: Comparison) -> str:
        base, candidate = ([value(each[side]["wall"]) for each in told["pairs"]] for side in ("base", "candidate"))
        return _said(mannwhitneyu(candidate, base, alternative="greater").pvalue < error)

    return said


def means(told: Comparison, side: str) -> list[float]:
    """The mean of each process, by the clock."""
    return [mean(each[side]["wall"]) for each in told["pairs"]]


def _sample(told: Mapping[str, Any]) -> Sample:
    return Sample(min(told["wall"]), min(told["processor"]))


def _said(slower: bool) -> str:
    return "regression" if slower else "none"
