"""What `report audit` shows on a terminal, and the files it writes."""

from __future__ import annotations

import json
import shlex

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.reports.audit.data import data
from laneshift.reports.audit.model import Severity
from laneshift.reports.audit.pages import html, lead, markdown
from laneshift.reports.audit.report import CSV_HEAD, Audit, csv_rows
from laneshift.reports.audit.settling import Settled
from laneshift.reports.csv_text import csv_text
from laneshift.runs.paths import visible

_STYLES = {Severity.CRITICAL: "bold red", Severity.HIGH: "red", Severity.MEDIUM: "yellow"}
_SHOWN = 60


def files_of(found: Audit, folder: str) -> dict[str, bytes]:
    """The files of `--out`."""
    texts = {
        "audit.csv": csv_text(CSV_HEAD, csv_rows(found)),
        "audit.json": json.dumps(data(found), indent=2, ensure_ascii=False, sort_keys=True) + "\n",
        "audit.md": markdown(found),
        "audit.html": html(found),
    }
    return {f"{folder}/{name}": text.encode("utf-8", "replace") for name, text in texts.items()}


def show(console: Console, found: Audit, files: list[str], settled: Settled | None) -> None:
    """The findings, worst first."""
    table = Table("id", "severity", "file", "finding", "owner", box=None, pad_edge=False)
    for each in found.rows[:_SHOWN]:
        cells = (Text(visible(text), overflow="fold") for text in (each.file, each.summary, each.owner))
        table.add_row(each.id, Text(each.severity, _STYLES.get(each.severity, "")), *cells)
    if found.rows:
        console.print(table)
    if len(found.rows) > _SHOWN:
        console.print(f"and {len(found.rows) - _SHOWN} more: --out DIR or --json has them all")
    console.print(Text(visible(lead(found))), soft_wrap=True)
    if settled is not None:
        console.print(f"issues: {settled.opened} opened, {settled.kept} kept, {settled.closed} closed")
    for path in (*found.unread, *files):
        console.print(Text(visible(f"{'not read: ' if path in found.unread else 'wrote '}{path}")), soft_wrap=True)


def then(found: Audit, script: str, recorded: bool) -> str:
    """The command to run next."""
    if script:
        return f"bash {shlex.quote(script)}"
    if any(each.issue for each in found.gone):
        return "laneshift report audit with --issues --reconcile"
    return "git diff" if recorded else "laneshift report audit with --out DIR, --issues or --gh FILE"
