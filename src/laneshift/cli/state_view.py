"""The state of a batch, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console

from laneshift.runs.selection_record import selection_record
from laneshift.runs.state import ATTENTION, BatchState
from laneshift.runs.train_size import TrainSize


def status_line(state: BatchState) -> str:
    """One line for one batch, in the format that teams grep for."""
    counts = state.counts()
    total, done = counts["total"], counts["done"]
    waiting = state.to_run()
    numbers = f"total:{total} done: {done} rem: {total - done}"
    rest = f"running:{counts['running']} waiting:{counts['waiting']} attention:{counts['attention']}"
    return f"{state.plan.batch_file} | {numbers} next:{waiting[0] if waiting else '-'} | {rest}"


def state_data(state: BatchState) -> dict[str, Any]:
    """Everything about the batch, for `--json`."""
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
        "selection": selection_record(state).as_json(),
    }


def train_data(size: TrainSize | None) -> dict[str, Any] | None:
    """How long a train is now and why, for `--json`; `most` null is the whole queue."""
    return None if size is None else {**asdict(size), "why": size.why}


def grounds(state: BatchState, size: TrainSize | None) -> list[str]:
    """What the next landing rests on, in lines: the length of its trains, and how often selection missed something."""
    waits = state.to_run() or state.in_state("running", "ready-to-land")
    trains = [f"trains: {size.why}"] if size is not None and waits else []
    record = selection_record(state).line
    return [*trains, *([record] if record else [])]


def show_attention(console: Console, state: BatchState) -> None:
    """Every item that needs a person, with its cause."""
    for item in state.items.values():
        if item.state in ATTENTION:
            step = f" at {item.step}" if item.step else ""
            console.print(f"{item.state}{step}: {item.id}: {item.cause}", markup=False, soft_wrap=True)


def next_command(state: BatchState) -> str:
    """What to run next for this batch."""
    name = state.plan.id
    if state.unfinished:
        return "laneshift resume"
    if state.to_run():
        return f"laneshift run {name}"
    if state.in_state("ready-to-land"):
        return f"laneshift land {name}"
    if state.landed:
        return f"laneshift verify {state.plan.batch}"
    return f"laneshift inspect {name}"


def exit_code(state: BatchState) -> int:
    """1 when an item did not pass, else 0."""
    return 1 if state.in_state("quarantined", "held") else 0
