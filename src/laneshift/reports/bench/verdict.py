"""Whether a benchmark got slower: the rule, and why it is this one. Pure.

A process of the base and one of the candidate run one after the other, so that what disturbs the machine disturbs both;
of each only the shortest run counts, for disturbance only adds. Of the ratios of such pairs the median is the estimate.
Its bounds are order statistics: whatever the ratios are distributed like, the median lies below the bound in at most
one of a hundred comparisons. No sample is drawn again, so there is no seed, and equal times give equal verdicts.
`docs/bench.md` has what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import comb
from statistics import median
from typing import Literal

Outcome = Literal["regression", "none", "insufficient"]
MEASURES = ("wall", "processor")

_ERROR = Decimal("0.01")
"""How often a bound may be wrong, of all measures of a benchmark together."""
_PROVEN = 1.02
"""The lower bound has to be above this: less than 2 % may be how code happens to lie in memory."""
_FEWEST = 10
_BUSY = 1.10
"""Up to this much longer on the clock than on the processor, a benchmark does not wait for anything."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The shortest run of one process, in seconds; `processor` is None where it was not measured."""

    wall: float
    processor: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Base and candidate, one after the other."""

    base: Sample
    candidate: Sample


@dataclass(frozen=True, slots=True)
class Ratio:
    """How much slower the candidate is by one measure: the median of the ratios, and its bounds on either side."""

    measure: str
    median: float
    low: float
    high: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one benchmark. `instructions` are those of base and candidate, where they had to be counted."""

    outcome: Outcome
    why: str
    ratios: tuple[Ratio, ...]
    pairs: int
    instructions: tuple[int, int] | None = None


def judge(pairs: Sequence[Pair], threshold: Decimal, measure: str = "both") -> Judged:
    """The verdict. `threshold` is the slowdown that matters, as a share; `measure` is `wall`, `processor` or `both`.

    `regression`: by one of the measures it is proven that the candidate is slower, and by more than the threshold.
    `none`: a slowdown as large as the threshold is excluded. `insufficient`: neither.
    """
    wanted = [each for each in MEASURES if measure in {each, "both"}]
    told = [(each, found) for each in wanted if (found := _ratios(pairs, each))]
    ratios = tuple(_ratio(each, found, threshold, len(told)) for each, found in told)
    if len(pairs) < _FEWEST or not ratios:
        return Judged("insufficient", f"{len(pairs)} pairs are too few", ratios, len(pairs))
    outcome, why = _together(ratios, pairs, threshold)
    return Judged(outcome, why, ratios, len(pairs))


def settled(judged: Judged, pairs: Sequence[Pair], base: int, candidate: int, threshold: Decimal) -> Judged:
    """An insufficient verdict again, with the instructions that both needed: they repeat where times do not."""
    counted = (base, candidate)
    more = candidate / base
    if candidate > base * (1 + threshold):
        return Judged("regression", f"{per_cent(more)} more instructions", judged.ratios, judged.pairs, counted)
    if not _is_busy(pairs):
        why = f"{per_cent(more, '+')} instructions, but it also waits, which they do not tell"
        return Judged("insufficient", why, judged.ratios, judged.pairs, counted)
    return Judged(
        "none", f"{per_cent(more, '+')} instructions, and it waits for nothing", judged.ratios, judged.pairs, counted
    )


def per_cent(ratio: float, sign: str = "") -> str:
    """How much more than 1 a ratio is; `sign` `+` writes the sign of what is more, too."""
    return f"{(ratio - 1) * 100:{sign}.1f} %"


def _together(ratios: Sequence[Ratio], pairs: Sequence[Pair], threshold: Decimal) -> tuple[Outcome, str]:
    slower = [each for each in ratios if each.outcome == "regression"]
    if slower:
        worst = max(slower, key=lambda each: each.low)
        return "regression", f"{per_cent(worst.median)} slower by {worst.measure}, at least {per_cent(worst.low)}"
    unsure, matters = [each for each in ratios if each.outcome == "insufficient"], f"{float(threshold) * 100:g} %"
    if not unsure:
        small = max(ratios, key=lambda each: each.low)
        if small.low > _PROVEN:
            return "none", f"{per_cent(small.median)} slower by {small.measure}, less than {matters}"
        return "none", f"a slowdown of {matters} is excluded"
    if [each.measure for each in unsure] == ["wall"] and len(ratios) > 1 and _is_busy(pairs):
        return "none", "the clock is too noisy to tell, but all its time is the processor's, which shows no slowdown"
    return (
        "insufficient",
        f"between {per_cent(unsure[0].low, '+')} and {per_cent(unsure[0].high, '+')} by {unsure[0].measure}",
    )


def _is_busy(pairs: Sequence[Pair]) -> bool:
    """Whether both sides keep the processor busy, as their least disturbed processes show."""
    shares = [
        min(sample.wall / sample.processor for sample in side if sample.processor)
        for side in ([each.base for each in pairs], [each.candidate for each in pairs])
        if all(sample.processor for sample in side)
    ]
    return len(shares) == len(MEASURES) and max(shares) <= _BUSY


def _ratios(pairs: Sequence[Pair], measure: str) -> list[float]:
    if measure == "wall":
        return sorted(pair.candidate.wall / pair.base.wall for pair in pairs)
    both = [(pair.base.processor, pair.candidate.processor) for pair in pairs]
    return sorted(new / old for old, new in both if old and new) if all(old and new for old, new in both) else []


def _ratio(measure: str, ratios: Sequence[float], threshold: Decimal, measures: int) -> Ratio:
    middle, at = median(ratios), rank(len(ratios), _ERROR / measures)
    low, high = (0.0, float("inf")) if at is None else (ratios[at], ratios[-1 - at])
    limit = float(1 + threshold)
    slower = low > _PROVEN and middle > limit
    outcome: Outcome = "regression" if slower else "none" if high < limit else "insufficient"
    return Ratio(measure, middle, low, high, outcome)


def rank(count: int, error: Decimal) -> int | None:
    """Of so many sorted values, the index of the one below which the median lies with at most this probability.

    The number of values below the median is that of heads among so many coins. None where even the least is too high.
    """
    below, found = 0, None
    for index in range(count):
        below += comb(count, index)
        if below > error * 2**count:
            break
        found = index
    return found
