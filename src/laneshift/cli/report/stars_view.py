"""How a report about stars looks on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.manifests.stars.evidence import shown
from laneshift.reports.charts import percent
from laneshift.reports.star_files import BATCH
from laneshift.reports.star_report import Report

_ROWS = 20


def show(console: Console, report: Report, folder: str) -> None:
    """Distribution, promotions, what is held, and what stands in the way."""
    console.print(_distribution(report))
    if report.suggestions or report.promotions:
        console.print(_suggestions(report))
    for fault in (*report.ceilings, *report.unread):
        console.print(str(fault), markup=False, soft_wrap=True)
    counts = f"{len(report.subjects)} module(s), {len(report.suggestions)} suggestion(s)"
    console.print(f"{counts}, {len(report.promotions)} promotion(s), {len(report.held)} held")
    if folder:
        console.print(f"written below {folder}/: CONSTELLATION.md and what it names", markup=False, soft_wrap=True)


def then(report: Report, folder: str) -> str:
    """The command to run next."""
    if report.ceilings:
        return "narrow the rules, or raise the ceiling, then laneshift report stars"
    if report.unread:
        return "laneshift manifest validate"
    if not report.promotions:
        return "laneshift manifest lint-rules"
    return f"laneshift plan {folder}/{BATCH}" if folder else "laneshift report stars --out constellation"


def _distribution(report: Report) -> Table:
    table = Table("star", "domain", "before", "after", "share", box=None, pad_edge=False)
    for star in report.canon.stars:
        after = report.after[star.id]
        cells = (star.id, star.domain, str(report.before[star.id]), str(after), percent(after, len(report.subjects)))
        table.add_row(*map(Text, cells))
    return table


def _suggestions(report: Report) -> Table:
    table = Table("module", "star", "confidence", "why", box=None, pad_edge=False)
    why = {each.suggestion.subject.path: each.why for each in report.held}
    for each in report.promotions[:_ROWS]:
        told = (
            f"forced: {each.forced}"
            if each.forced
            else "; ".join(f"{one.kind} {one.weight}: {one.fact}" for one in each.signals)
        )
        cells = (each.subject.path, each.star, each.confidence or "forced", told)
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    held = [each for each in report.suggestions if each.subject.path in why]
    for suggestion in held[:_ROWS]:
        path = suggestion.subject.path
        cells = (path, suggestion.star, shown(suggestion.confidence), f"held: {why[path]}")
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    hidden = max(len(report.promotions) - _ROWS, 0) + max(len(held) - _ROWS, 0)
    if hidden:
        table.add_row(Text(f"{hidden} more with --json"))
    return table
