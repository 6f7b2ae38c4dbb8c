"""How a report of health looks on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.reports.charts import percent
from laneshift.reports.health.model import Health, State
from laneshift.reports.health.pages import lead
from laneshift.reports.health.trend import before, delta

_NOTES = 3


def show(console: Console, report: Health, files: Sequence[str]) -> None:
    """Every figure, why sections do not pass, and the first findings of each."""
    table = Table("section", "figure", "measured", "share", "limit", "holds", "change", box=None, pad_edge=False)
    for section in report.sections:
        for figure in section.figures:
            part = "" if figure.of is None else percent(figure.value, figure.of)
            holds = ("yes" if figure.holds else "NO") if figure.limit else ""
            change = delta(before(report, f"{section.id}.{figure.name}"), figure)
            cells = (section.title, figure.words, figure.told, part, figure.limit, holds, change)
            table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    if table.row_count:
        console.print(table)
    for section in report.sections:
        if section.state is State.PASSED:
            continue
        _line(console, f"{section.title}: {section.state.value.replace('_', ' ')}: {section.reason}")
        for note in section.notes[:_NOTES] if section.state is State.FAILED else ():
            _line(console, f"  {note}")
    _line(console, lead(report))
    if files:
        _line(console, f"written: {', '.join(files)}")


def then(report: Health) -> str:
    """The command to run next."""
    bad = next((each for each in report.sections if each.state in (State.ERRORED, State.FAILED)), None)
    return "laneshift status" if bad is None else _NEXT[bad.id]


_AGAIN = "laneshift report health"
_NEXT = {
    "ruff": f"ruff check --fix, then {_AGAIN}",
    "smoke": f"{_AGAIN} --run-tests",
    "unit": f"{_AGAIN} --run-tests",
    "imports": f"mend the imports that are named, then {_AGAIN}",
    "lanes": "laneshift lanes check",
    "manifests": "laneshift manifest coverage",
    "contracts": "laneshift contract check",
    "openapi": f"mend the documents that are named, then {_AGAIN}",
    "coverage": f"coverage json, then {_AGAIN} --coverage coverage.json",
    "dependencies": "laneshift report sbom",
    "trend": f"restore the earlier report or delete it, then {_AGAIN}",
}


def _line(console: Console, text: str) -> None:
    """One line, however long; a path may hold bytes that no terminal takes."""
    console.print(text.encode("utf-8", "backslashreplace").decode(), markup=False, soft_wrap=True)
