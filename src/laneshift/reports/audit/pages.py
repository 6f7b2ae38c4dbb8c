"""An audit for people: Markdown and HTML. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.reports import page
from laneshift.reports.audit.report import Audit, Row
from laneshift.reports.charts import bars
from laneshift.reports.markdown import code, plain, table
from laneshift.reports.svg import Series

_TITLE = "Findings"
_HEAD = ("severity", "finding", "file", "area", "owner", "issue", "id")
_GONE = ("id", "file", "words", "issue")
_SHOWN = 500


def lead(found: Audit) -> str:
    """One line: how much there is, and where it was read."""
    where = [f"{len(found.sources)} audits"] if len(found.sources) > 1 else list(found.sources)
    where += [f"comments of {found.scanned} files"] if found.scanned >= 0 else []
    counts = ", ".join(f"{count} {severity}" for severity, count in found.by_severity().items() if count) or "none"
    total = f"{len(found.rows)} findings ({counts})"
    return f"{total} in {' and '.join(where)}: {found.new} new, {len(found.gone)} gone."


def markdown(found: Audit) -> str:
    """A page for a repository or for the summary of a job."""
    lines = [f"# {_TITLE}", "", plain(lead(found)), ""]
    if found.rows:
        lines += [*table(_HEAD, [_marked(each) for each in found.rows[:_SHOWN]], (5,)), *_more(len(found.rows)), ""]
    if found.gone:
        gone = [(code(each.id), code(each.file), plain(each.words), _issue(each.issue)) for each in found.gone[:_SHOWN]]
        lines += ["## Gone", "", *table(_GONE, gone, (3,)), *_more(len(found.gone)), ""]
    if found.unread:
        lines += ["## Files that were not read", "", *(f"- {code(path)}" for path in found.unread[:_SHOWN]), ""]
    return "\n".join(lines)


def html(found: Audit) -> str:
    """A page for a browser."""
    counts = found.by_severity()
    amounts = tuple(float(count) for count in counts.values())
    parts = [bars("Findings by severity", lead(found), [each.value for each in counts], [Series("findings", amounts)])]
    rows = [_cells(each) for each in found.rows]
    parts.append(page.section(_TITLE, page.table(_TITLE, _HEAD, rows, (5,))))
    if found.gone:
        gone = [(each.id, each.file, each.words, _issue(each.issue)) for each in found.gone]
        parts.append(page.section("Gone", page.table("Gone", _GONE, gone, (3,))))
    return page.page(_TITLE, lead(found), parts)


def _cells(row: Row) -> Sequence[str]:
    place = f"{row.file}::{row.symbol}" if row.symbol else row.file
    return row.severity.value, row.summary, place, row.area, row.owner, _issue(row.issue), row.id


def _marked(row: Row) -> Sequence[str]:
    severity, summary, place, area, owner, issue, name = _cells(row)
    return severity, plain(summary), code(place) if place else "", plain(area), plain(owner), issue, code(name)


def _issue(number: int) -> str:
    return str(number) if number else "none"


def _more(count: int) -> list[str]:
    return ["", f"{count - _SHOWN} more are in the report as JSON."] if count > _SHOWN else []
