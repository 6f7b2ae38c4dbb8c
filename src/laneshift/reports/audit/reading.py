"""Findings in a Markdown audit, in whichever of the usual shapes they are stated. Pure.

A row of a table with a column for what was found; an item of a list that has a severity, is an open task, or stands
below a heading that announces findings; a heading with a severity, or with a line `Severity:` below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from laneshift.errors import Refused
from laneshift.reports.audit.blocks import Block, Heading, Item, Row, Text, blocks
from laneshift.reports.audit.fields import fields_of, file_of, is_done, key_of, owner_of, unmarked
from laneshift.reports.audit.model import Finding, Kind, Severity
from laneshift.reports.audit.severities import named, of_heading, tagged

LARGEST = 16 << 20
_ANNOUNCES = re.compile(
    r"\b(findings?|issues?|problems?|risks?|recommendations?|vulnerabilit(?:y|ies)|defects?|bugs?|gaps?|to-?dos?|"
    r"action items?|weaknesses|violations?|concerns?|technical debt)\b",
    re.IGNORECASE,
)
_SUMMARY = 300


def findings(source: str, data: bytes) -> tuple[Finding, ...]:
    """The findings of one audit, in their order.

    Raises `Refused`: `audit.empty`, `audit.too-large`, `audit.unreadable`, `audit.no-finding` for a document in which
    none is stated, since nothing read is not the same as nothing found.
    """
    if not data.strip():
        raise Refused("audit.empty", f"{source} is empty", where=source)
    if len(data) > LARGEST:
        raise Refused("audit.too-large", f"{source} has {len(data)} bytes, {LARGEST} are the limit", where=source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("audit.unreadable", f"{source} is not UTF-8", where=source, why=str(error)) from error
    found = tuple(_found(source, list(blocks(text))))
    if not found:
        raise Refused(
            "audit.no-finding",
            f"no finding is stated in {source}",
            where=source,
            why="tables with a column for findings, lists below a heading for findings, and severities are read",
            cure="leave an audit without findings out",
        )
    return found


def _found(source: str, parts: Sequence[Block]) -> Iterator[Finding]:
    headings: list[Heading] = []
    for at, block in enumerate(parts):
        if isinstance(block, Heading):
            headings = [*(each for each in headings if each.level < block.level), block]
            yield from _of_heading(source, block, _below(parts, at), headings[:-1])
        elif isinstance(block, Row):
            yield from _of_row(source, block, headings)
        elif isinstance(block, Item):
            yield from _of_item(source, block, headings)


def _of_row(source: str, row: Row, headings: Sequence[Heading]) -> Iterator[Finding]:
    cells = dict(zip((key_of(name) for name in row.head), row.cells, strict=False))
    summary = cells.get("summary", "")
    if not unmarked(summary) or is_done(summary):
        return
    severity = named(cells.get("severity", "")) or _inherited(headings)
    yield _finding(source, row.line, summary, severity, cells, headings, summary)


def _of_item(source: str, item: Item, headings: Sequence[Heading]) -> Iterator[Finding]:
    fields = fields_of(item.more)
    own, rest = tagged(_task_text(item.text))
    severity = own or named(fields.get("severity", "")) or _inherited(headings)
    task = item.text.lstrip().startswith("[ ]")
    announced = any(_ANNOUNCES.search(each.text) for each in headings)
    own_fields = fields_of([item.text])
    if is_done(item.text) or not unmarked(rest) or (own_fields and _is_field_of_heading(headings)):
        return
    if severity is None and not task and not announced:
        return
    yield _finding(source, item.line, rest, severity, fields, headings, " ".join((item.text, *item.more)))


def _of_heading(source: str, heading: Heading, below: Sequence[str], above: Sequence[Heading]) -> Iterator[Finding]:
    if of_heading(unmarked(heading.text)) is not None or is_done(heading.text):
        return
    own, rest = tagged(unmarked(heading.text))
    fields = fields_of(below)
    severity = own or named(fields.get("severity", ""))
    if severity is None or not unmarked(rest):
        return
    yield _finding(source, heading.line, rest, severity, fields, above, " ".join((heading.text, *below)))


def _finding(
    source: str,
    line: int,
    summary: str,
    severity: Severity | None,
    fields: dict[str, str],
    headings: Sequence[Heading],
    whole: str,
) -> Finding:
    file, symbol = file_of(fields.get("file", "")) if "file" in fields else ("", "")
    if not file:
        told, also = file_of(whole)
        file, symbol = told or unmarked(fields.get("file", "")), symbol or also
    area = unmarked(fields.get("area", "")) or _area(headings)
    owner = owner_of(fields.get("owner", "")) or unmarked(fields.get("owner", "")) or owner_of(whole)
    words = unmarked(summary)[:_SUMMARY]
    return Finding(Kind.AUDIT, severity or Severity.UNKNOWN, area, file, symbol, words, owner, source, line)


def _below(parts: Sequence[Block], at: int) -> list[str]:
    """The texts between a heading and the next one."""
    texts: list[str] = []
    for block in parts[at + 1 :]:
        if isinstance(block, Heading):
            break
        if isinstance(block, Text):
            texts.append(block.text)
        elif isinstance(block, Item):
            texts.extend((block.text, *block.more))
    return texts


def _is_field_of_heading(headings: Sequence[Heading]) -> bool:
    """Whether the heading above is a finding itself, so that `File: x` below it is a part of it."""
    return bool(headings) and of_heading(unmarked(headings[-1].text)) is None


def _inherited(headings: Sequence[Heading]) -> Severity | None:
    found = [of_heading(unmarked(each.text)) for each in headings]
    return next((each for each in reversed(found) if each is not None), None)


def _area(headings: Sequence[Heading]) -> str:
    named_ = [unmarked(each.text) for each in headings if each.level > 1 and not _ANNOUNCES.search(each.text)]
    return next((each for each in reversed(named_) if of_heading(each) is None), "")


def _task_text(text: str) -> str:
    return text.lstrip()[3:].lstrip() if text.lstrip()[:3] in ("[ ]", "[x]", "[X]") else text
