"""How a bill of materials looks on a terminal and to a program."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.cli.report.sbom_asked import Asked
from laneshift.reports.sbom.document import NOT_RUN, document
from laneshift.reports.sbom.model import Sbom
from laneshift.reports.sbom.pages import finding_cells, lead, title

_ROWS = 20


def data(bill: Sbom, files: list[str]) -> dict[str, Any]:
    """The result as plain data. `vulnerabilities` is null where nobody looked, and a list where somebody did."""
    looked = bill.looked
    return {
        "about": bill.subject.kind,
        "components": len(bill.components),
        "pinned": sum(bool(each.version) for each in bill.components),
        "without_licence": sum(str(each.licence) == "unknown" for each in bill.components),
        "sources": [asdict(each) for each in bill.sources],
        "excluded": list(bill.excluded),
        "notes": list(bill.notes),
        "advisories": None if looked is None else looked.advisories,
        "vulnerabilities": None if looked is None else [asdict(each) for each in looked.findings],
        "vulnerabilities_state": NOT_RUN if looked is None else "run",
        "passes": bill.passes,
        "files": files,
        "bom": document(bill),
    }


def show(console: Console, bill: Sbom, folder: str) -> None:
    """What was read, the first packages, and what is known against them."""
    _line(console, title(bill))
    for source in bill.sources[:_ROWS]:
        _line(console, f"read {source.path}: {source.named} named")
    _more(console, len(bill.sources), "files")
    for path in bill.excluded:
        _line(console, f"left out {path}")
    for note in bill.notes[:_ROWS]:
        _line(console, note)
    _more(console, len(bill.notes), "notes")
    table = Table("package", "version", "licence", "hashes", box=None, pad_edge=False)
    for each in bill.components[:_ROWS]:
        cells = (each.name, each.version or "not pinned", str(each.licence), str(len(each.hashes)))
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    console.print(table)
    _more(console, len(bill.components), "packages")
    if bill.looked is not None and bill.looked.findings:
        _findings(console, bill)
    _line(console, lead(bill))
    if folder:
        _line(console, f"written below {folder}/: sbom.cdx.json, sbom.md, sbom.html")


def then(bill: Sbom, asked: Asked) -> str:
    """The command to run next."""
    again = "laneshift report sbom --tool" if asked.tool else "laneshift report sbom"
    if bill.looked is None:
        return f"{again} --osv DIR"
    if not bill.passes:
        return f"take the fixed versions, pin what is not pinned, then {again} --osv DIR"
    return "laneshift status" if asked.folder else f"{again} --out DIR"


def _findings(console: Console, bill: Sbom) -> None:
    found = bill.looked.findings if bill.looked is not None else ()
    table = Table("advisory", "package", "severity", "fixed in", "what", box=None, pad_edge=False)
    for each in found[:_ROWS]:
        table.add_row(*(Text(cell, overflow="fold") for cell in finding_cells(each)))
    console.print(table)
    _more(console, len(found), "advisories")


def _line(console: Console, text: str) -> None:
    """One line, however long; a path may hold bytes that no terminal takes."""
    console.print(text.encode("utf-8", "backslashreplace").decode(), markup=False, soft_wrap=True)


def _more(console: Console, count: int, what: str) -> None:
    if count > _ROWS:
        _line(console, f"{count - _ROWS} more {what} with --json or --out")
