"""The texts of issues, and what has to be done to them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from laneshift.reports.audit.report import Audit, Row
from laneshift.reports.markdown import code, plain

_TITLE = 120
GONE = "nobody states this finding any more"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An issue that has to be open, with these words. `key` is laneshift's own name for the matter."""

    key: str
    title: str
    body: str


def wanted(found: Audit) -> tuple[Wanted, ...]:
    """An issue for each finding."""
    return tuple(Wanted(each.id, title(each), body(each)) for each in found.rows)


def title(row: Row) -> str:
    """One line of plain words."""
    words = "".join(letter if letter.isprintable() else " " for letter in row.summary)
    words = " ".join(words.split())
    head = f"[{row.severity}] "
    return head + (words if len(words) <= _TITLE else f"{words[: _TITLE - 1]}\N{HORIZONTAL ELLIPSIS}")


def body(row: Row) -> str:
    """Markdown. Lines are left out: an issue should not change because a line above the finding did."""
    facts = {
        "Severity": plain(row.severity),
        "Area": plain(row.area),
        "File": code(row.file) if row.file else "",
        "Symbol": code(row.symbol) if row.symbol else "",
        "Suggested owner": plain(row.owner),
        "Stated in": code(row.source),
    }
    lines = [plain(row.summary), "", *(f"- {name}: {fact}" for name, fact in facts.items() if fact)]
    return "\n".join([*lines, "", marker(row.id), ""])


def marker(key: str) -> str:
    """The line by which an issue is found again."""
    return f"<!-- laneshift-audit:{key} -->"
