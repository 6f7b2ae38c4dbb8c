"""How old a key may become, and what is said of it on the way. Pure: the clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from laneshift.evidence.keys.key import Key

_DAY = 86_400_000
Age = Literal["quiet", "due", "overdue"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Days from a key's making: `warn` before it has to be rotated, and `days` when it should have been."""

    warn: int = 80
    days: int = 90


def days_old(key: Key, now: int) -> int:
    """Whole days since the key was made; `now` is in Unix milliseconds."""
    return max(now - key.created, 0) // _DAY


def age(key: Key, now: int, limits: Limits) -> Age:
    """`quiet` before `limits.warn` days, `due` from then on, `overdue` from `limits.days` on."""
    old = days_old(key, now)
    if old >= limits.days:
        return "overdue"
    return "due" if old >= limits.warn else "quiet"
