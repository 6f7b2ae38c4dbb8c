"""Gates and waivers, for people and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.config import BUILT_IN, Settings
from laneshift.gates.context import Gate
from laneshift.gates.waivers import Waiver, Waivers
from laneshift.runs.paths import visible


def gate_rows(gates: Sequence[Gate], records: Sequence[Mapping[str, Any]], settings: Settings) -> list[dict[str, Any]]:
    """One row a gate, in their order. `records` are those of `runs.gate_set` for the same gates."""
    return [
        {
            "gate": gate.id,
            "from": _origin(gate.id, str(record["version"]), settings),
            "seconds": gate.cost,
            "runs_code": gate.runs_code,
            "checks": gate.description,
        }
        for gate, record in zip(gates, records, strict=True)
    ]


def show_gates(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """The gates in a table, cheapest first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("gate", "from", "checks"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(str(row[name]))) for name in ("gate", "from", "checks")))
    console.print(table)


def told(waiver: Waiver) -> Iterator[str]:
    """Everything that the signature of a waiver covers, in lines."""
    yield f"waiver  of failures of gate {waiver.gate}, until the end of {waiver.until.isoformat()} (UTC)"
    yield f"items   {visible(', '.join(waiver.items)) or 'all'}"
    yield f"paths   {visible(', '.join(waiver.paths)) or 'all'}"
    yield f"reason  {visible(waiver.reason)}"
    yield f"person  {visible(waiver.by)}"


def waiver_rows(waivers: Waivers, now: int) -> list[dict[str, Any]]:
    """Every waiver with its state; those in force with all that they say. `now` is in unix seconds."""
    held = [
        {
            "file": each.file,
            "state": "in force",
            "gate": each.gate,
            "items": list(each.items),
            "paths": list(each.paths),
            "reason": each.reason,
            "by": each.by,
            "until": each.until.isoformat(),
            "days_left": _days(each, now),
        }
        for each in waivers.in_force
    ]
    return [*held, *({"file": each.file, "state": "refused", "why": each.why} for each in waivers.refused)]


def show_waivers(console: Console, waivers: Waivers, folder: str, now: int) -> None:
    """Those in force in a table, then each that is refused with its reason."""
    if not waivers.in_force and not waivers.refused:
        console.print(f"no waivers: {folder} has none", markup=False, soft_wrap=True)
    if waivers.in_force:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("gate", "for", "until", "days left", "by", "reason", "file"):
            table.add_column(name, overflow="fold")
        for each in waivers.in_force:
            meant = ", ".join((*each.items, *each.paths))
            cells = (each.gate, meant, each.until.isoformat(), str(_days(each, now)), each.by, each.reason, each.file)
            table.add_row(*(Text(visible(cell)) for cell in cells))
        console.print(table)
    for refused in waivers.refused:
        console.print(visible(str(refused)), markup=False, soft_wrap=True)


def waiver_lines(waivers: Waivers) -> list[str]:
    """Each waiver in one line, for the report of a plan."""
    held = [f"waiver in force: {each}" for each in waivers.in_force]
    return [visible(line) for line in (*held, *(f"waiver {each}" for each in waivers.refused))]


def _origin(gate: str, version: str, settings: Settings) -> str:
    if gate in BUILT_IN:
        return "built in"
    return "settings" if gate in settings.gates.commands else version


def _days(waiver: Waiver, now: int) -> int:
    """Whole days after today on which it still holds."""
    return (waiver.until - dt.datetime.fromtimestamp(now, dt.UTC).date()).days
