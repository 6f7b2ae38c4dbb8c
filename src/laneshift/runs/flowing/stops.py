"""Whether a run has to end: somebody cancelled it, a part of it failed, or its time is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from laneshift.evidence.port import JournalPort
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.packing import Json
from laneshift.runs.flowing.settling import CANCELLED, OTHER_FAILED, TIMED_OUT, Told

_LOOK_SECONDS = 0.25


def stop_of(journal: JournalPort, given: Mapping[str, Json], now: int) -> Told | None:
    """How a step has to end that has not begun, or waits; None when it may go on. Taking back is never stopped."""
    if given["purpose"] == "undo":
        return None
    for run, attempt in given["line"]:
        if journal.get(keys.of(run, attempt, "cancel")) is not None:
            return {"state": "cancelled", "code": CANCELLED, "what": f"{run} was cancelled"}
        if journal.get(keys.of(run, attempt, "failing")) is not None:
            return {"state": "cancelled", "code": OTHER_FAILED, "what": "another step failed"}
    if given["until"] is not None and now >= given["until"]:
        return {"state": "timed-out", "code": TIMED_OUT, "what": "the time of the flow is over"}
    return None


def stopped(journal: JournalPort, given: Mapping[str, Json]) -> Callable[[], bool]:
    """Asks whether a step at work was cancelled; may be called often."""
    looked, found = 0.0, False

    def look() -> bool:
        nonlocal looked, found
        if given["purpose"] == "undo" or found or time.monotonic() - looked < _LOOK_SECONDS:
            return found
        looked = time.monotonic()
        found = any(journal.get(keys.of(run, attempt, "cancel")) is not None for run, attempt in given["line"])
        return found

    return look
