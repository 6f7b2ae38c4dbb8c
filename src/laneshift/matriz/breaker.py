"""A circuit breaker: what fails again and again is left alone for a while, then tried once before all come back.

Closed, everybody is let through. After `failures` in a row it is open, and nobody is. After `cooldown` seconds it is
half open: one call is let through to probe, and its end decides. Each probe that fails makes the next wait twice as
long, up to `longest`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

_DOUBLINGS = 30


class State(StrEnum):
    """How a breaker stands."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class Rules:
    """`failures` in a row that open a breaker; seconds until the first probe, and until one at most."""

    failures: int = 3
    cooldown: float = 5.0
    longest: float = 60.0


USUAL = Rules()


class Permit:
    """Leave for one call. Its end is told once; what is told after that changes nothing."""

    def __init__(self, breaker: Breaker, round_: int) -> None:
        self._breaker, self._round, self._open = breaker, round_, True

    def succeeded(self) -> None:
        """It went well."""
        self._end(True)

    def failed(self) -> None:
        """It did not."""
        self._end(False)

    def withdrawn(self) -> None:
        """It was given up, by no fault of what was called: it counts as neither."""
        self._end(None)

    def _end(self, well: bool | None) -> None:
        with self._breaker.lock:
            if self._open:
                self._open = False
                self._breaker.settle(self._round, well)


class Breaker:
    """One breaker, shared by threads. `now` is a clock in seconds that only goes forward."""

    def __init__(self, rules: Rules = USUAL, now: Callable[[], float] = time.monotonic) -> None:
        self.rules = rules
        self.lock = Lock()
        self._now = now
        self._failures = 0
        self._round = 0
        """Raised whenever the breaker opens or closes: what was let through before that is old news."""
        self._until: float | None = None
        self._opened = 0
        """How often in a row it was opened without having been closed."""
        self._probing = False

    def ask(self) -> Permit | None:
        """Leave for one call, or None: then it is not to be made. Whoever gets leave tells its end."""
        with self.lock:
            if self._until is None:
                return Permit(self, self._round)
            if self._probing or self._now() < self._until:
                return None
            self._probing = True
            return Permit(self, self._round)

    @property
    def state(self) -> State:
        """How it stands now."""
        with self.lock:
            if self._until is None:
                return State.CLOSED
            return State.HALF_OPEN if self._probing or self._now() >= self._until else State.OPEN

    @property
    def wait(self) -> float:
        """Seconds until a probe is let through, 0 where nothing has to be waited for."""
        with self.lock:
            return 0.0 if self._until is None else max(0.0, self._until - self._now())

    def settle(self, round_: int, well: bool | None) -> None:
        """What a permit of `round_` came to. For `Permit`, which holds the lock."""
        if round_ != self._round:
            return
        probe, self._probing = self._until is not None, False
        if well:
            self._failures, self._opened = 0, 0
            if probe:
                self._until, self._round = None, self._round + 1
        elif well is not None:
            self._failures += 1
            if probe or self._failures >= self.rules.failures:
                self._open()

    def _open(self) -> None:
        wait = min(self.rules.cooldown * 2 ** min(self._opened, _DOUBLINGS), self.rules.longest)
        self._until, self._failures = self._now() + wait, 0
        self._opened, self._round = self._opened + 1, self._round + 1
