"""A move, for people and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.code.moves import MoveResult, Proof, Shim

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell about one move."""

    result: MoveResult
    proof: Proof | None
    shim: Shim | None
    written: bool


def data(told: Told) -> dict[str, Any]:
    """Everything about the move, for `--json`."""
    result = told.result
    return {
        "written": told.written,
        "tree_before": result.before.oid,
        "tree": told.shim.tree.oid if told.shim else result.tree.oid,
        "relocations": dict(result.relocations),
        "markers": list(result.markers),
        "edits": [asdict(edit) for edit in result.edits],
        "notices": [asdict(notice) for notice in result.notices],
        "conservative": list(result.conservative),
        "proof": asdict(told.proof) if told.proof else None,
        "shims": {path: told.shim.expiry.isoformat() for path in told.shim.paths} if told.shim else {},
    }


def show(console: Console, told: Told, *, explain: bool) -> None:
    """The edits when asked for, what a person should look at, the proof, and one line that sums up."""
    result = told.result
    if explain:
        _explain(console, result)
    for notice in result.notices:
        console.print(f"{notice.path}:{notice.line}: {notice.kind}: {notice.text}", markup=False, soft_wrap=True)
    for path in result.conservative:
        console.print(f"{path}: does not parse; edited by tokens", markup=False, soft_wrap=True)
    if told.proof:
        _proof(console, told.proof)
    if told.shim:
        for path in told.shim.paths:
            console.print(f"{path}: a shim until {told.shim.expiry}", markup=False, soft_wrap=True)
    done = "moved" if told.written else "would move"
    files = len({edit.path for edit in result.edits})
    console.print(f"{done} {len(result.relocations)} file(s), {len(result.edits)} edit(s) in {files} file(s)")


def _proof(console: Console, proof: Proof) -> None:
    for finding in proof.findings:
        verdict = "holds" if finding.holds else "fails"
        console.print(f"proof {finding.name}: {verdict}, {finding.checked} checked", soft_wrap=True)
        for detail in finding.details:
            console.print(f"  {detail}", markup=False, soft_wrap=True)
    for path in proof.unparsed:
        console.print(f"{path}: does not parse, so no proof covers it", markup=False, soft_wrap=True)


def _explain(console: Console, result: MoveResult) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("file", overflow="fold")
    table.add_column("line", justify="right")
    for name in ("form", "before", "after"):
        table.add_column(name, overflow="fold")
    for edit in result.edits[:_SHOWN]:
        table.add_row(*(Text(cell) for cell in (edit.path, str(edit.line), edit.form, edit.before, edit.after)))
    console.print(table)
    if len(result.edits) > _SHOWN:
        console.print(f"… and {len(result.edits) - _SHOWN} more; --json has them all")
