"""The score: a weighted sum of named factors as a probability. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from laneshift.matriz.risk.factors import BASE, WEIGHTS, Measured

T = TypeVar("T")
Level = Literal["low", "medium", "high"]
_HIGH, _MEDIUM = 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that speaks for a risk: its name, what it adds to the logarithm of the odds, and why in a few words."""

    name: str
    points: float
    why: str


@dataclass(frozen=True, slots=True)
class Risk:
    """`score` is from 0 to 1: how likely the item is to want a person. `factors` are those that add to it, the
    weightiest first."""

    score: float
    factors: tuple[Factor, ...]

    @property
    def level(self) -> Level:
        """The word for the score."""
        return "high" if self.score >= _HIGH else "medium" if self.score >= _MEDIUM else "low"

    @property
    def line(self) -> str:
        """One line for a person."""
        why = "; ".join(factor.why for factor in self.factors[:3]) or "nothing speaks against it"
        return f"risk {self.score:.2f}, {self.level}: {why}"


def score(measured: Measured) -> Risk:
    """The risk of an item. More of any factor never makes it smaller."""
    found = [(weight, weight.points * weight.share(measured)) for weight in WEIGHTS]
    total = BASE + sum(points for _, points in found)
    factors = [Factor(weight.name, round(points, 3), weight.told(measured)) for weight, points in found if points > 0]
    return Risk(round(1 / (1 + math.exp(-total)), 12), tuple(sorted(factors, key=lambda each: -each.points)))


def ranked(items: Iterable[tuple[T, Risk]]) -> list[T]:
    """The items to look at first: the riskiest first, equal ones as they came."""
    return [item for item, _ in sorted(items, key=lambda each: -each[1].score)]
