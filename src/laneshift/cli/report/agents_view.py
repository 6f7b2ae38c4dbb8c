"""How a report about agents looks on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.reports.agents.model import Agents
from laneshift.reports.agents.pages import HEAD, lead, row

_ROWS = 20


def show(console: Console, report: Agents, files: Sequence[str]) -> None:
    """Everybody in a line, why items were rejected, and where journal and git differ."""
    table = Table(*HEAD, box=None, pad_edge=False)
    for each in report.agents:
        table.add_row(*(Text(cell, overflow="fold") for cell in row(each)))
    console.print(table)
    rejected = [(each.who.name, one) for each in report.agents for one in each.rejected]
    for name, one in rejected[:_ROWS]:
        _line(console, f"{name}: {one.item} {one.state} at {one.step or 'no step'}: {one.cause}")
    _more(console, len(rejected), "rejected")
    for fault in report.faults[:_ROWS]:
        _line(console, f"journal and git differ: {fault}")
    _more(console, len(report.faults), "differences")
    _line(console, lead(report))
    if files:
        _line(console, f"written: {', '.join(files)}")


def then(report: Agents) -> str:
    """The command to run next."""
    return "laneshift status" if report.passes else "laneshift verify BATCH"


def _more(console: Console, count: int, what: str) -> None:
    if count > _ROWS:
        _line(console, f"{count - _ROWS} more {what} with --json or --out")


def _line(console: Console, text: str) -> None:
    """One line, however long; a path may hold bytes that no terminal takes."""
    console.print(text.encode("utf-8", "backslashreplace").decode(), markup=False, soft_wrap=True)
