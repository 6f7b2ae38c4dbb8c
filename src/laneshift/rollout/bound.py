"""What a sample says about the whole: the exact one-sided bound of Clopper and Pearson on the share of bad items."""

from __future__ import annotations

from math import exp, fsum, lgamma, log, log1p

from laneshift.errors import Bug, CheckFailed

_HALVINGS = 200


def upper_bound(bad: int, n: int, confidence: float = 0.95) -> float:
    """The largest share of bad items under which `bad` or fewer of `n` are seen as often as `1 - confidence`.

    About 3 / n when none is bad (at 95 %), 1.0 when all are. Raises `CheckFailed` (`canary.nothing-checked`) for n = 0,
    and `Bug` for counts or a confidence that cannot be.
    """
    if n == 0:
        raise CheckFailed("canary.nothing-checked", "no item was checked, so nothing is known about the others")
    if not 0 <= bad <= n or not 0 < confidence < 1:
        raise Bug("rollout.bad-count", f"{bad} of {n} items at a confidence of {confidence}")
    if bad == n:
        return 1.0
    low, high, tail = 0.0, 1.0, 1 - confidence
    weights = [lgamma(n + 1) - lgamma(seen + 1) - lgamma(n - seen + 1) for seen in range(bad + 1)]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _at_most(weights, n, middle) > tail else (low, middle)
    return high


def _at_most(weights: list[float], n: int, share: float) -> float:
    """How often a sample of `n` has no more bad items than `weights` lists, by the logarithms of its binomials."""
    yes, no = log(share), log1p(-share)
    return fsum(exp(weight + seen * yes + (n - seen) * no) for seen, weight in enumerate(weights))
