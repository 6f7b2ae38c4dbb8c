"""Which batch to take up next: the one with the fewest items left. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.runs.state import BatchState


def fewest_left(states: Iterable[BatchState], lane: str = "") -> BatchState | None:
    """Of the batches that have something to run, the one with the fewest items that are not done; None for no such.

    With `lane` (the name of a lane) only batches that have items to run for it count. Of equals the first is taken.
    """
    waiting = [state for state in states if _waits(state, lane)]
    return min(waiting, key=_left, default=None)


def _waits(state: BatchState, lane: str) -> bool:
    return any(not lane or state.plan.item(item).lane == lane for item in state.to_run())


def _left(state: BatchState) -> int:
    counts = state.counts()
    return counts["total"] - counts["done"]
