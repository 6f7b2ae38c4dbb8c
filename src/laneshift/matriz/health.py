"""How nodes fare: what went well lately, how long calls take, and the breaker of each."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from laneshift.matriz.breaker import USUAL, Breaker, Permit, Rules, State

WINDOW = 256


@dataclass(frozen=True, slots=True)
class Told:
    """One node's health. `success` and `p95` (ms) are over the last calls that count, None while there were none.

    `calls` and `failures` are all since the start, with the last `trouble`; `wait` is in seconds, until a probe.
    """

    name: str
    state: State
    wait: float
    calls: int
    failures: int
    success: float | None
    p95: float | None
    trouble: str


class NodeHealth:
    """The health of one node, told by threads."""

    def __init__(self, name: str, breaker: Breaker) -> None:
        self.name = name
        self.breaker = breaker
        self._lock = Lock()
        self._window: deque[tuple[bool, float]] = deque(maxlen=WINDOW)
        self._calls = self._failures = 0
        self._trouble = ""

    def ask(self) -> Permit | None:
        """Leave for a call, None while the breaker is open."""
        return self.breaker.ask()

    def ended(self, permit: Permit, seconds: float, trouble: str = "") -> None:
        """A call came to its end: well, or with `trouble`."""
        with self._lock:
            self._calls += 1
            self._window.append((not trouble, seconds))
            if trouble:
                self._failures += 1
                self._trouble = trouble
        (permit.failed if trouble else permit.succeeded)()

    def told(self) -> Told:
        """How it fares now."""
        with self._lock:
            window = list(self._window)
            calls, failures, trouble = self._calls, self._failures, self._trouble
        success = sum(well for well, _ in window) / len(window) if window else None
        state, wait = self.breaker.state, round(self.breaker.wait, 3)
        return Told(self.name, state, wait, calls, failures, success, _p95([each for _, each in window]), trouble)


class Health:
    """The health of all nodes of one process."""

    def __init__(self, rules: Rules = USUAL, now: Callable[[], float] = time.monotonic) -> None:
        self._rules, self._now = rules, now
        self._lock = Lock()
        self._nodes: dict[str, NodeHealth] = {}

    def of(self, name: str) -> NodeHealth:
        """The health of one node."""
        with self._lock:
            if name not in self._nodes:
                self._nodes[name] = NodeHealth(name, Breaker(self._rules, self._now))
            return self._nodes[name]


def _p95(seconds: list[float]) -> float | None:
    """The smallest of the times that at least 95 of 100 do not exceed, in milliseconds."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return round(ordered[-(-len(ordered) * 95 // 100) - 1] * 1000, 3)
