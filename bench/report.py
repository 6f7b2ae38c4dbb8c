"""The figures as text, and as the page of the documentation."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.measure import Summary
from bench.section import Section

_BEGIN, _END = "<!-- moves -->", "<!-- end of moves -->"
_MARK = re.compile(r"<!-- measured: ([\w-]+) -->\n")
_HEADS = ("", "median", "fastest to slowest", "processor", "rounds", "peak memory")


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


def chapter(parts: Iterable[str]) -> str:
    """The chapter on moves, around the texts of its sections."""
    lines = [_BEGIN, "## Moves and the index", ""]
    lines += [
        "Whole processes, in turn, so that a change of the machine's speed meets all of them. Times are medians,",
        "the processor's of all processes together; memory is the largest peak. Nothing here is asserted by tests:",
        "run the command to get your own figures.",
        "",
    ]
    return "\n".join(lines) + "\n" + "".join(parts) + f"{_END}\n"


def part(section: Section, command: str, day: dt.date, charts: Path) -> str:
    """One section with its rows and goals, behind the mark it is found by. Charts are named relative to the page."""
    lines = [f"<!-- measured: {section.name} -->", f"### {section.title}", ""]
    lines += [f"Measured on {day.isoformat()} by `{command}` on {machine()}.", ""]
    if section.table:
        lines += _table(section.table)
    else:
        lines += _table([_HEADS, *map(_cells, section.rows)])
    if section.claims:
        goals = [[each.text, each.goal, each.measured, "yes" if each.met else "**no**"] for each in section.claims]
        lines += _table([["goal", "wanted", "measured", "met"], *goals])
    lines += [f"- {note}" for note in section.notes] + ([""] if section.notes else [])
    if section.chart:
        lines += [f"![{section.title}]({charts.name}/{section.name}.svg)", ""]
    return "\n".join(lines) + "\n"


def write(sections: Sequence[Section], command: str, day: dt.date, docs: Path) -> Path:
    """Put the sections into the page where they stood, and their charts beside it; the path of the page.

    All other sections and chapters stay as they are. Without a chapter there yet it becomes the first.
    """
    charts = docs / "benchmarks"
    for section in sections:
        if section.chart:
            charts.mkdir(parents=True, exist_ok=True)
            (charts / f"{section.name}.svg").write_text(section.chart, encoding="utf-8")
    written = docs / "benchmarks.md"
    page = written.read_text(encoding="utf-8") if written.exists() else "# Benchmarks\n\n"
    present = _BEGIN in page and _END in page
    before, _, rest = page.partition(_BEGIN if present else "\n\n")
    body, _, after = rest.partition(f"{_END}\n") if present else ("", "", rest)
    parts = _parts(body)
    parts.update({section.name: part(section, command, day, charts) for section in sections})
    new = chapter(parts.values())
    written.write_text(before + new + after if present else f"{before}\n\n{new}\n{after}", encoding="utf-8")
    return written


def _parts(body: str) -> dict[str, str]:
    """The sections of a chapter by their names, in their order."""
    _, *pieces = _MARK.split(body)
    return {name: f"<!-- measured: {name} -->\n{text}" for name, text in zip(pieces[::2], pieces[1::2], strict=True)}


def _row(row: Summary, first: Summary) -> str:
    low, high = row.spread
    ratio = row.seconds / first.seconds if first.seconds else 0.0
    return (
        f"{row.name:<48} {row.seconds:9.3f} s  ({low:.3f} to {high:.3f}, {len(row.samples)} rounds)"
        f"  x{ratio:<8.2f} {row.cpu:7.2f} s of processors {row.megabytes:6.0f} MB"
    )


def _cells(row: Summary) -> list[str]:
    low, high = row.spread
    return [
        row.name,
        f"{row.seconds:.3f} s",
        f"{low:.3f} to {high:.3f} s",
        f"{row.cpu:.2f} s",
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
