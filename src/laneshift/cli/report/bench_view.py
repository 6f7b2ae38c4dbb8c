"""How a report about benchmarks looks on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.reports.bench.pages import lead, nanoseconds
from laneshift.reports.bench.report import Bench


def show(console: Console, found: Bench, files: Sequence[str], issues: Sequence[Mapping[str, Any]]) -> None:
    """Verdicts, figures, and what was written."""
    table = Table("benchmark", "verdict", "p50", "p95", "p99", "base p50", "why", box=None, pad_edge=False)
    for each in found.benchmarks:
        times = map(nanoseconds, (each.candidate.p50, each.candidate.p95, each.candidate.p99))
        before = each.base or each.kept
        why = "" if each.judged is None else each.judged.why
        cells = (each.name, each.state, *times, nanoseconds(before.p50 if before else None), why)
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    console.print(table)
    for fault in found.faults:
        console.print(str(fault), markup=False, soft_wrap=True)
    for told in issues:
        console.print(f"issue {told['number']} {told['state']}: {told['title']}", markup=False, soft_wrap=True)
    console.print(lead(found), markup=False, soft_wrap=True)
    if files:
        console.print(f"written: {', '.join(files)}", markup=False, soft_wrap=True)


def then(found: Bench) -> str:
    """The command to run next."""
    if found.state == "described":
        return "laneshift report bench --base REV"
    if found.state == "insufficient":
        return "laneshift report bench --pairs 100, or a quieter machine"
    if found.regressions:
        return f"git diff {found.base_tree[:12]} {found.tree[:12]}"
    return "laneshift report bench --base REV --write-baseline"
