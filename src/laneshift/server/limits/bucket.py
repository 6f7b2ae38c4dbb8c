"""A token bucket: how many requests somebody may make now. Pure.

A bucket holds at most `burst` tokens and gains `rate` of them a second, fractions included; a request takes one, or as
many as it says. What was used already is taken as well where fewer are left: the bucket owes them then. The same sums
are done by the script of `redis_buckets`, so that one server and several admit the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Rate:
    """Tokens a second, more than 0, and the most that can be saved up, at least 1."""

    rate: float
    burst: int


class Level(NamedTuple):
    """What was in a bucket at a moment, in seconds of one clock."""

    tokens: float
    at: float


class Taken(NamedTuple):
    """Whether the `amount` was there, and how many are left; both as of the moment it was asked for."""

    allowed: bool
    tokens: float
    amount: float = 1

    @property
    def remaining(self) -> int:
        """Whole tokens that could be taken now."""
        return max(0, math.floor(self.tokens))

    def full_in(self, rate: Rate) -> int:
        """Seconds, rounded up, until the bucket is full again when nobody takes from it."""
        return math.ceil(max(0.0, rate.burst - self.tokens) / rate.rate)

    def next_in(self, rate: Rate) -> int:
        """Seconds, rounded up, until as much would be let in; at least 1 where it is not let in now."""
        short = self.amount - self.tokens
        return max(1, math.ceil(short / rate.rate)) if short > 0 else 0


def take(rate: Rate, before: Level | None, now: float, amount: float = 1, *, used: bool = False) -> tuple[Level, Taken]:
    """The bucket after a request for `amount` at `now`; None is a bucket that nobody has used yet, which is full.

    What is `used` already is taken in any case, and given back where it is less than 0. A clock that went back adds
    nothing and takes nothing away.
    """
    most = held = float(rate.burst)
    at = now
    if before is not None:
        at = max(now, before.at)
        held = min(most, before.tokens + (at - before.at) * rate.rate)
    allowed = used or held >= amount
    left = min(most, held - amount) if allowed else held
    return Level(left, at), Taken(allowed, left, amount)
