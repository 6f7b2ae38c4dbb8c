"""The state of a batch, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.cli.plain_session import Printer
from laneshift.runs.fixing.awaiting import awaiting_plan
from laneshift.runs.pausing import pause_line
from laneshift.runs.selection_record import selection_record
from laneshift.runs.state import ATTENTION, BatchState
from laneshift.runs.state_told import state_data, train_data
from laneshift.runs.train_size import TrainSize

__all__ = [
    "exit_code",
    "grounds",
    "leading",
    "next_command",
    "run_exit",
    "show_attention",
    "show_pause",
    "state_data",
    "status_line",
    "train_data",
    "waived_lines",
]


_LEFT = ("running", "ready-to-land", "quarantined", "held")


def status_line(state: BatchState) -> str:
    """One line for one batch, in the format that teams grep for."""
    counts = state.counts()
    total, done = counts["total"], counts["done"]
    waiting = state.to_run()
    numbers = f"total:{total} done: {done} rem: {total - done}"
    rest = f"running:{counts['running']} waiting:{counts['waiting']} attention:{counts['attention']}"
    return f"{state.plan.batch_file} | {numbers} next:{waiting[0] if waiting else '-'} | {rest}"


def grounds(state: BatchState, size: TrainSize | None) -> list[str]:
    """What the next landing rests on, in lines: a pause, the canary, trains, changes, what selection missed."""
    waits = state.to_run() or state.in_state("running", "ready-to-land")
    trains = [f"trains: {size.why}"] if size is not None and waits else []
    record = selection_record(state).line
    pause = [pause_line(state.paused)] if state.paused is not None else []
    changes = [f"{each['branch']}: {len(each['items'])} item(s) wait to be merged" for each in state.proposed]
    return [*pause, *_canary_line(state), *trains, *changes, *([record] if record else [])]


def waived_lines(state: BatchState) -> list[str]:
    """Every failure that a waiver lets pass, in lines."""
    told = ((item, each) for item, facts in state.waived.items() for each in facts["waived"])
    return [f"waived: {item}: gate {each['gate']} failed: {each['waiver']}" for item, each in told]


def _canary_line(state: BatchState) -> list[str]:
    """How the last canary ended, while something of the batch waits."""
    told = state.report
    if told is None or not state.in_state("waiting", "running", "ready-to-land"):
        return []
    return [f"canary: {told['bad']} of {told['done']} item(s) failed; it {'holds' if told['ok'] else 'does not hold'}"]


def show_attention(printer: Printer, state: BatchState) -> None:
    """Every item that needs a person, with its cause, and what passes by a waiver alone."""
    for item in state.items.values():
        if item.state in ATTENTION:
            step = f" at {item.step}" if item.step else ""
            printer.print(f"{item.state}{step}: {item.id}: {item.cause}", markup=False, soft_wrap=True)
    for line in waived_lines(state):
        printer.print(line, markup=False, soft_wrap=True)


def next_command(state: BatchState, needs: str = "", *, failed: bool = False) -> str:
    """What to run next for this batch; `needs` is the verb of `awaiting.unapproved`, `failed` says that the command
    that was just run is to be looked into."""
    name = state.plan.id
    if state.unfinished:
        return "laneshift resume"
    if state.paused is not None and state.to_run():
        return f"laneshift inspect {name}"
    if needs and state.in_state("waiting", "ready-to-land"):
        return f"laneshift {needs} {name}"
    if state.to_run():
        return f"laneshift run {name}"
    if awaiting_plan(state):
        return f"laneshift agent fix {name} --plan"
    ready, proposed = state.in_state("ready-to-land"), {item for each in state.proposed for item in each["items"]}
    if ready and set(ready) <= proposed:
        return "laneshift resume"
    if ready:
        return f"laneshift land {name}"
    if state.landed and not failed:
        return f"laneshift verify {state.plan.batch}"
    return f"laneshift inspect {name}"


def leading(states: Sequence[BatchState]) -> BatchState:
    """Of several batches the one to go on with: the first that has anything left to do or to look at, else the first.

    There is at least one.
    """
    open_ones = (each for each in states if each.unfinished or each.to_run() or each.in_state(*_LEFT))
    return next(open_ones, states[0])


def exit_code(state: BatchState) -> int:
    """1 when an item did not pass, else 0."""
    return 1 if state.in_state("quarantined", "held") else 0


def show_pause(printer: Printer, state: BatchState) -> None:
    """Why the run is paused and how it goes on, if it is."""
    if state.paused is not None:
        told = f"{pause_line(state.paused)}, the limit is {state.paused['limit']}"
        how = f'laneshift run {state.plan.id} --go-on "REASON"'
        printer.print(f"{told}; nothing is undone. To go on: {how}", markup=False, soft_wrap=True)


def run_exit(state: BatchState) -> int:
    """4 while the run is paused, else as `exit_code`."""
    return 4 if state.paused is not None else exit_code(state)
