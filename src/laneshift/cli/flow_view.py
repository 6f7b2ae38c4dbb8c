"""How flows and their runs look to a person and to a program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.errors import Fault, LaneshiftError
from laneshift.evidence.attestations.predicates import stamp
from laneshift.evidence.records import Record
from laneshift.flows.model import Flow
from laneshift.runs.flowing.library import Found
from laneshift.runs.flowing.state import Run, StepAt


def faults_of(error: LaneshiftError) -> Sequence[Fault]:
    """Every fault of a definition; what keeps it from being read at all is one."""
    what = f"{error.what}: {error.why}" if error.why else error.what
    return error.faults or (Fault(error.code, error.where, what, error.cure),)


def found_told(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Definitions as plain data."""
    return [
        {
            "name": each.name,
            "where": each.where,
            "description": each.flow.description if each.flow else "",
            "digest": each.flow.digest if each.flow else None,
            "steps": len(each.flow.steps) if each.flow else None,
            "scheduled": each.flow.schedule.cron if each.flow and each.flow.schedule else None,
            "error": each.error.as_dict() if each.error else None,
        }
        for each in found
    ]


def show_found(console: Console, found: Sequence[Found]) -> None:
    """A line for each definition."""
    if not found:
        console.print("no flow: put one into laneshift/flows/NAME.toml")
        return
    table = Table("flow", "from", "steps", "starts", "what", box=None, pad_edge=False)
    for each in found:
        flow = each.flow
        what = f"{each.error.what} [{each.error.code}]" if each.error else (flow.description if flow else "")
        starts = f"{flow.schedule.cron} {flow.schedule.zone}" if flow and flow.schedule else ""
        cells = (each.name, each.where, str(len(flow.steps)) if flow else "", starts, what)
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    console.print(table)


def show_flow(console: Console, flow: Flow, drawn: str) -> None:
    """One flow."""
    _line(console, f"{flow.name}: {flow.description}" if flow.description else flow.name)
    for given in flow.inputs:
        default = "required" if given.required and given.default is None else f"default {given.default!r}"
        _line(console, f"  input {given.name}: {given.type}, {default}")
    needs = flow.needs()
    table = Table("step", "kind", "after", "when", "each", "way back", box=None, pad_edge=False)
    for step in flow.steps:
        back = step.compensate.kind if step.compensate else ""
        cells = (step.name, step.kind, ", ".join(needs[step.name]), step.when, step.each, back)
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    console.print(table)
    if drawn:
        _line(console, f"drawn in {drawn}")


def show_runs(console: Console, runs: Sequence[Run]) -> None:
    """A line for each run."""
    if not runs:
        console.print("no run")
        return
    table = Table("run", "flow", "state", "attempt", "asked", "by", "what", box=None, pad_edge=False)
    for run in runs:
        cells = (run.id, run.flow, run.standing, str(run.attempt), stamp(run.at), run.by, run.what)
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    console.print(table)


def show_run(console: Console, run: Run) -> None:
    """One run, a line for each step that it came to."""
    _line(console, f"{run.id}: {run.standing}{f': {run.what} [{run.code}]' if run.what else ''}")
    table = Table("step", "state", "tries", "took", "what", box=None, pad_edge=False)
    for step in run.steps.values():
        name = step.name if step.index is None else f"{step.name} {step.index}"
        cells = (name, step.state.name, str(step.tries), _took(step), _what(step))
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    if run.steps:
        console.print(table)


def record_told(record: Record) -> dict[str, Any]:
    """One record as plain data."""
    return {"seq": record.seq, "at": record.at, "kind": record.kind, "actor": record.actor, "facts": dict(record.facts)}


def show_history(console: Console, records: Sequence[Record]) -> None:
    """A line for each record."""
    for record in records:
        facts = record.facts
        told = [str(facts[name]) for name in ("step", "index", "purpose", "state", "name", "code") if facts.get(name)]
        _line(console, f"{stamp(record.at)} {record.kind} {' '.join(told)}")


def _took(step: StepAt) -> str:
    return f"{(step.ended - step.began) / 1000:.1f} s" if step.ended else ""


def _what(step: StepAt) -> str:
    if step.waits:
        words = f"waits for {' or '.join(step.waits)}"
        # What a step says of its waiting is what people are to read before they answer.
        return words if step.what.startswith("waits for") or not step.what else f"{step.what} ({words})"
    return f"{step.what} [{step.code}]" if step.code else step.what


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)
