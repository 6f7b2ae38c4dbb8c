"""Two kinds of queue, as they are and no more: servers that take one at a time, and trains that take many. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass


def served(arrivals: Sequence[float], services: Sequence[float], servers: int) -> list[float]:
    """When each customer leaves: first come, first served, by whichever of `servers` is free first. Seconds."""
    free = [0.0] * servers
    left: list[float] = []
    for arrival, service in zip(arrivals, services, strict=True):
        end = max(arrival, heapq.heappop(free)) + service
        heapq.heappush(free, end)
        left.append(end)
    return left


@dataclass(frozen=True, slots=True)
class Train:
    """One train: when it began and ended, which places in the queue it took, and how many of those it landed."""

    began: float
    ended: float
    first: int
    items: int
    landed: int


def trains(
    ready: Sequence[float], most: Callable[[], int | None], run: Callable[[int], tuple[float, int]]
) -> list[Train]:
    """The trains of one target, one after another, each with all that is ready then, or the first `most()`.

    `ready` is in order; `run` gives the seconds of a train of so many items, and how many of them land.
    """
    found: list[Train] = []
    free, first = 0.0, 0
    while first < len(ready):
        began = max(free, ready[first])
        limit = most()
        count = 0
        while first + count < len(ready) and ready[first + count] <= began and (limit is None or count < limit):
            count += 1
        seconds, landed = run(count)
        free = began + seconds
        found.append(Train(began, free, first, count, landed))
        first += count
    return found
