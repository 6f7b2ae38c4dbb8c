"""How a report of how the work fares looks on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.reports.monitoring.model import Monitoring
from laneshift.reports.monitoring.pages import HEAD, firing, lead, row, silent


def show(console: Console, report: Monitoring, files: Sequence[str]) -> None:
    """Every answer, the panels without data in one line, and what would fire."""
    table = Table(*HEAD, box=None, pad_edge=False)
    for each in report.rows:
        if each.told:
            table.add_row(*(Text(cell, overflow="fold") for cell in row(each)))
    console.print(table)
    none = list(dict.fromkeys(panel for panel, _, _ in silent(report)))
    if none:
        _line(console, f"no data: {', '.join(none)}")
    for told in firing(report):
        _line(console, told)
    _line(console, lead(report))
    if files:
        _line(console, f"written: {', '.join(files)}")


def then(report: Monitoring) -> str:
    """The command to run next."""
    return "laneshift status" if report.passes else "laneshift doctor"


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, soft_wrap=True)
