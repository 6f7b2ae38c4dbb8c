"""The figures as text, and as the page of the documentation."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Summary
from bench.section import Section

_BEGIN, _END = "<!-- moves -->", "<!-- end of moves -->"


def machine() -> str:
    """What a reader needs to know about the machine, and nothing that names it."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def text(section: Section) -> str:
    """For a terminal."""
    lines = [section.title]
    lines += [f"  {_row(row, section.rows[0])}" for row in section.rows]
    lines += [
        f"  {'met ' if each.met else 'MISS'} {each.text}: {each.measured} ({each.goal})" for each in section.claims
    ]
    lines += [f"  {note}" for note in section.notes]
    return "\n".join([*lines, ""])


def chapter(sections: Sequence[Section], command: str, day: dt.date, charts: Path) -> str:
    """The chapter on moves: every section with its rows and goals. Charts are named relative to the page's folder."""
    lines = [_BEGIN, "## Moves and the index", ""]
    lines += [f"Measured on {day.isoformat()} by `{command}` on {machine()}.", ""]
    lines += [
        "Whole processes, in turn, so that a change of the machine's speed meets all of them. Times are medians,",
        "memory is the largest peak. Nothing here is asserted by tests: run the command to get your own figures.",
        "",
    ]
    for section in sections:
        lines += [f"### {section.title}", ""]
        if section.table:
            lines += _table(section.table)
        else:
            lines += _table([["", "median", "fastest to slowest", "rounds", "peak memory"], *map(_cells, section.rows)])
        if section.claims:
            goals = [[each.text, each.goal, each.measured, "yes" if each.met else "**no**"] for each in section.claims]
            lines += _table([["goal", "wanted", "measured", "met"], *goals])
        lines += [f"- {note}" for note in section.notes] + ([""] if section.notes else [])
        if section.chart:
            lines += [f"![{section.title}]({charts.name}/{section.name}.svg)", ""]
    return "\n".join([*lines, _END]) + "\n"


def write(sections: Sequence[Section], command: str, day: dt.date, docs: Path) -> Path:
    """Put the chapter into the page where it stood, and its charts beside it; the path of the page.

    All other chapters stay as they are. Without a chapter there yet it becomes the first.
    """
    charts = docs / "benchmarks"
    for section in sections:
        if section.chart:
            charts.mkdir(parents=True, exist_ok=True)
            (charts / f"{section.name}.svg").write_text(section.chart, encoding="utf-8")
    written = docs / "benchmarks.md"
    page = written.read_text(encoding="utf-8") if written.exists() else "# Benchmarks\n\n"
    new = chapter(sections, command, day, charts)
    if _BEGIN in page and _END in page:
        before, _, rest = page.partition(_BEGIN)
        after = rest.partition(f"{_END}\n")[2]
    else:
        title, _, after = page.partition("\n\n")
        before, new = f"{title}\n\n", f"{new}\n"
    written.write_text(before + new + after, encoding="utf-8")
    return written


def _row(row: Summary, first: Summary) -> str:
    low, high = row.spread
    ratio = row.seconds / first.seconds if first.seconds else 0.0
    return (
        f"{row.name:<48} {row.seconds:9.3f} s  ({low:.3f} to {high:.3f}, {len(row.samples)} rounds)"
        f"  x{ratio:<8.2f} {row.megabytes:6.0f} MB"
    )


def _cells(row: Summary) -> list[str]:
    low, high = row.spread
    return [
        row.name,
        f"{row.seconds:.3f} s",
        f"{low:.3f} to {high:.3f} s",
        str(len(row.samples)),
        f"{row.megabytes:.0f} MB",
    ]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = rows
    return [
        "| " + " | ".join(head) + " |",
        "|" + " --- |" * len(head),
        *("| " + " | ".join(row) + " |" for row in body),
        "",
    ]
