"""Which items wait for people since they were mended. Pure."""

from __future__ import annotations

from laneshift.runs.state import BatchState


def awaiting_plan(state: BatchState) -> list[str]:
    """Items that are held since they were mended and people have approved of them as planned, in plan order."""
    return [item for item in state.in_state("held") if item in state.amended and state.items[item].step == "approve"]
