"""How a report about coverage looks on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.reports.coverage.pages import lead
from laneshift.reports.coverage.report import Coverage

_FAULTS = 30


def show(console: Console, found: Coverage, files: Sequence[str]) -> None:
    """Modules, changed lines, and what stands against them."""
    table = Table("module", "files", "statements", "ran", "asked", "branches", "recorded", box=None, pad_edge=False)
    for group in found.groups:
        asked = "" if group.asked.statements is None else f"{group.asked.statements:f} %"
        recorded = "" if group.recorded is None else group.recorded.percent
        cells = (group.asked.name, str(group.modules), str(group.statements.all), group.statements.percent)
        branches = group.branches.percent if found.branch else "n/a"
        table.add_row(*(Text(cell, overflow="fold") for cell in (*cells, asked, branches, recorded)))
    console.print(table)
    if found.changes is not None:
        count = found.changed_statements
        told = f"changed: {count.run} of {count.all} statements ran ({count.percent} %)"
        console.print(f"{told}, {found.changed:f} % are asked for", markup=False)
    for fault in found.all_faults[:_FAULTS]:
        console.print(str(fault), markup=False, soft_wrap=True)
    if len(found.all_faults) > _FAULTS:
        console.print(f"{len(found.all_faults) - _FAULTS} more with --json")
    console.print(lead(found), markup=False, soft_wrap=True)
    if files:
        console.print(f"written: {', '.join(files)}", markup=False, soft_wrap=True)


def then(found: Coverage) -> str:
    """The command to run next."""
    if found.passes:
        return "laneshift report coverage --raise-ratchet"
    return "test what is named above, then laneshift report coverage"
