"""The state of a batch as plain data, for `--json` and for the server alike. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from laneshift.runs.selection_record import selection_record
from laneshift.runs.state import BatchState
from laneshift.runs.train_size import TrainSize


def state_data(state: BatchState) -> dict[str, Any]:
    """Everything about the batch."""
    waiting = state.to_run()
    return {
        "plan": state.plan.id,
        "batch": state.plan.batch,
        "file": state.plan.batch_file,
        "counts": state.counts(),
        "next_item": waiting[0] if waiting else None,
        "items": [asdict(item) for item in state.items.values()],
        "landed": dict(state.landed) if state.landed else None,
        "unfinished": state.unfinished,
        "paused": dict(state.paused) if state.paused else None,
        "canary": dict(state.report) if state.report else None,
        "selection": selection_record(state).as_json(),
        "waived": {item: facts["waived"] for item, facts in state.waived.items() if facts["waived"]},
    }


def train_data(size: TrainSize | None) -> dict[str, Any] | None:
    """How long a train is now and why; `most` null is the whole queue."""
    return None if size is None else {**asdict(size), "why": size.why}
