"""What `report openapi` shows on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.reports.openapi.comparing import Compared
from laneshift.reports.openapi.model import Verdict
from laneshift.reports.openapi.pages import lead, reach
from laneshift.runs.paths import visible

_STYLES = {Verdict.BREAKING: "bold red", Verdict.UNSURE: "yellow", Verdict.SAFE: "green"}
_SHOWN = 60


def show(console: Console, found: Compared, files: list[str]) -> None:
    """The findings, worst first."""
    table = Table("verdict", box=None, pad_edge=False, expand=True)
    for head, share in (("where", 5), ("what", 4), ("reaches", 3)):
        table.add_column(head, ratio=share)
    for each in found.findings[:_SHOWN]:
        cells = (
            Text(visible(text), overflow="fold") for text in (each.where, f"{each.kind}: {each.text}", reach(each))
        )
        table.add_row(Text(each.verdict, _STYLES[each.verdict]), *cells)
    if found.findings:
        console.print(table)
    if len(found.findings) > _SHOWN:
        console.print(f"and {len(found.findings) - _SHOWN} more: --out DIR or --json has them all")
    for remark in found.remarks:
        console.print(Text(visible(f"remark: {remark}")), soft_wrap=True)
    console.print(Text(visible(lead(found))), soft_wrap=True)
    for path in files:
        console.print(Text(visible(f"wrote {path}")), soft_wrap=True)


def then(found: Compared) -> str:
    """The command to run next."""
    if found.passes:
        return "laneshift report openapi baseline" if found.findings else "laneshift status"
    return "raise info.version, or take the breaking changes back"
