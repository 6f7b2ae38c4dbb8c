"""Which batch to take up next, the one with the fewest items left, and which item of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.runs.state import BatchState


def fewest_left(states: Iterable[BatchState], lane: str = "") -> BatchState | None:
    """Of the batches that have something to run, the one with the fewest items that are not done; None for no such.

    With `lane` (the name of a lane) only batches where the turn of an item for it has come count. Of equals the first
    is taken.
    """
    waiting = [state for state in states if _waits(state, lane)]
    return min(waiting, key=_left, default=None)


def next_item(state: BatchState, lane: str = "") -> str | None:
    """The item that a run would take first; with `lane`, of those for it. None where no such item's turn has come.

    Items of a later stage wait until those before them are through, whichever lane they are for.
    """
    waiting = [state.plan.item(item) for item in state.to_run()]
    turn = [item for item in waiting if item.stage == waiting[0].stage]
    return next((item.id for item in turn if not lane or item.lane == lane), None)


def _waits(state: BatchState, lane: str) -> bool:
    return next_item(state, lane) is not None


def _left(state: BatchState) -> int:
    counts = state.counts()
    return counts["total"] - counts["done"]
