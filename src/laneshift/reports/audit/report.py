"""What an audit comes to: every finding under its id, what is new, what is gone. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from laneshift.reports.audit.identity import Known
from laneshift.reports.audit.model import Entry, Severity, State


@dataclass(frozen=True, slots=True)
class Row:
    """One finding as it is told. `issue` is 0 where it has none."""

    id: str
    severity: Severity
    area: str
    file: str
    symbol: str
    summary: str
    owner: str
    source: str
    line: int
    new: bool
    issue: int


@dataclass(frozen=True, slots=True)
class Audit:
    """The report. `sources` are the audits that were read, `scanned` the files whose comments were, -1 for none."""

    tree: str
    sources: tuple[str, ...]
    scanned: int
    rows: tuple[Row, ...]
    gone: tuple[Entry, ...]
    unread: tuple[str, ...] = ()

    @property
    def new(self) -> int:
        """How many findings were never recorded."""
        return sum(each.new for each in self.rows)

    def by_severity(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        counts = Counter(each.severity for each in self.rows)
        return {each: counts[each] for each in Severity}


CSV_HEAD = ("id", "severity", "area", "file_hint", "summary", "suggested_owner")


def csv_rows(found: Audit) -> list[tuple[str, ...]]:
    """The findings as rows of the CSV, worst first."""
    return [(each.id, each.severity.value, each.area, each.file, each.summary, each.owner) for each in found.rows]


def rows(known: Sequence[Known], after: Sequence[Entry], owners: dict[str, str]) -> tuple[Row, ...]:
    """The findings, worst first. `owners` are those of files, for findings that name nobody."""
    issues = {each.id: each.issue for each in after}
    order = list(Severity)
    found = [
        Row(
            each.id,
            each.finding.severity,
            each.finding.area,
            each.finding.file,
            each.finding.symbol,
            each.finding.summary,
            each.finding.owner or owners.get(each.finding.file, ""),
            each.finding.source,
            each.finding.line,
            each.before is None or each.before.state is State.CLOSED,
            issues.get(each.id, 0),
        )
        for each in known
    ]
    return tuple(sorted(found, key=lambda row: (order.index(row.severity), row.id)))
