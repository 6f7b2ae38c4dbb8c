"""A token bucket: how many requests somebody may make now. Pure.

A bucket holds at most `burst` tokens and gains `rate` of them a second, fractions included; a request takes one. The
same sums are done by the script of `redis_buckets`, so that one server and several admit the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """Tokens a second, more than 0, and the most that can be saved up, at least 1."""

    rate: float
    burst: int


@dataclass(frozen=True, slots=True)
class Level:
    """What was in a bucket at a moment, in seconds of one clock."""

    tokens: float
    at: float


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a token was there, and how many are left; both as of the moment it was asked for."""

    allowed: bool
    tokens: float

    @property
    def remaining(self) -> int:
        """Whole requests that would be let in now."""
        return math.floor(self.tokens)

    def full_in(self, rate: Rate) -> int:
        """Seconds, rounded up, until the bucket is full again when nobody takes from it."""
        return math.ceil(max(0.0, rate.burst - self.tokens) / rate.rate)

    def next_in(self, rate: Rate) -> int:
        """Seconds, rounded up, until a request would be let in; at least 1 where one is not let in now."""
        return max(1, math.ceil(max(0.0, 1 - self.tokens) / rate.rate)) if self.tokens < 1 else 0


def take(rate: Rate, before: Level | None, now: float) -> tuple[Level, Taken]:
    """The bucket after one request at `now`; None is a bucket that nobody has used yet, which is full.

    A clock that went back adds nothing and takes nothing away.
    """
    passed = 0.0 if before is None else max(0.0, now - before.at)
    held = float(rate.burst) if before is None else min(float(rate.burst), before.tokens + passed * rate.rate)
    at = now if before is None else max(now, before.at)
    allowed = held >= 1
    left = held - 1 if allowed else held
    return Level(left, at), Taken(allowed, left)
