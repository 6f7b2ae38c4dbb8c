"""How well an order puts what failed first: the area under the curve, with intervals by bootstrap. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

_DRAWS = 2_000


@dataclass(frozen=True, slots=True)
class Compared:
    """Both areas, their difference, and the 95 % interval of each by drawing the items again and again."""

    risk: float
    size: float
    risk_between: tuple[float, float]
    size_between: tuple[float, float]
    gain_between: tuple[float, float]

    @property
    def better(self) -> bool:
        """Whether the order by risk is better beyond what drawing other items would explain."""
        return self.gain_between[0] > 0


def auc(scores: Sequence[float], failed: Sequence[bool]) -> float:
    """The share of pairs of a failed and another item in which the failed one has the higher score; ties count half.

    Raises `ValueError` where one of the two kinds is missing.
    """
    bad = [score for score, is_bad in zip(scores, failed, strict=True) if is_bad]
    good = [score for score, is_bad in zip(scores, failed, strict=True) if not is_bad]
    if not bad or not good:
        raise ValueError("an area needs items that failed and items that did not")
    won = sum((one > other) + 0.5 * (one == other) for one in bad for other in good)
    return won / (len(bad) * len(good))


def compared(risk: Sequence[float], size: Sequence[float], failed: Sequence[bool], seed: int = 1) -> Compared:
    """Both orders of the same items. Raises `ValueError` as `auc`."""
    chance = random.Random(seed)
    whole = range(len(failed))
    drawn: list[tuple[float, float]] = []
    while len(drawn) < _DRAWS:
        rows = [chance.choice(whole) for _ in whole]
        bad = [failed[row] for row in rows]
        if any(bad) and not all(bad):
            drawn.append((auc([risk[row] for row in rows], bad), auc([size[row] for row in rows], bad)))
    return Compared(
        risk=auc(risk, failed),
        size=auc(size, failed),
        risk_between=_middle([one for one, _ in drawn]),
        size_between=_middle([other for _, other in drawn]),
        gain_between=_middle([one - other for one, other in drawn]),
    )


def _middle(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return ordered[int(0.025 * (len(ordered) - 1))], ordered[int(0.975 * (len(ordered) - 1))]
