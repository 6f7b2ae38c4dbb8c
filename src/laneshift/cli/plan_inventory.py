"""The inventory of a lane: on the terminal, as JSON, and as a file."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from laneshift.cli.opened import opened
from laneshift.cli.session import Session
from laneshift.errors import CheckFailed
from laneshift.manifests.inventory.records import Entry, Inventory
from laneshift.repo.unfinished import unfinished_in
from laneshift.runs.inventorying import Counted, inventory

_SHOWN = 30
_NAME = "integration_manifest.json"


def show_inventory(talk: Session, lane: str, base: str, to: str, out: Path | None) -> None:
    """Score the modules of `lane` at `base`, for the lane `to` or the one above, and write them to `out`."""
    counted = inventory(opened(talk), lane, base, to)
    changed = out is not None and _write(out, counted.data)

    def show(console: Console) -> None:
        _show(console, counted)
        if out is not None:
            console.print(f"{'wrote' if changed else 'unchanged:'} {out}", markup=False, soft_wrap=True)

    left_out = [asdict(each) for each in counted.inventory.left_out]
    written = {} if out is None else {"written": str(out)}
    talk.result({**counted.document, "left_out": left_out, **written}, show, _next(counted, base, to, out))


def _next(counted: Counted, base: str, to: str, out: Path | None) -> str:
    if not counted.inventory.entries:
        return "laneshift lanes check"
    if out is None:
        given = [*(["--base", base] if base != "HEAD" else []), *(["--lane", to] if to else [])]
        return shlex.join(["laneshift", "plan", "--inventory", counted.lane.name, *given, "--out", _NAME])
    easy = ["--complexity", "low"] if counted.inventory.breakdown()["low"] else []
    return shlex.join(["laneshift", "plan", "--from-manifest", str(out), *easy])


def _write(out: Path, data: bytes) -> bool:
    """Whether the file had to be written: whole, by a rename, unless it is that already."""
    unfinished = Path(unfinished_in(str(out.parent)))
    try:
        if out.is_file() and out.read_bytes() == data:
            return False
        unfinished.write_bytes(data)
        unfinished.replace(out)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CheckFailed(
            "inventory.not-writable", "the inventory cannot be written", where=str(out), why=str(error)
        ) from error
    return True


def _show(console: Console, counted: Counted) -> None:
    found = counted.inventory
    if found.entries:
        console.print(_table(found.entries[:_SHOWN]))
    if len(found.entries) > _SHOWN:
        console.print(f"… and {len(found.entries) - _SHOWN} more; --json and --out have them all")
    split = ", ".join(f"{number} {level}" for level, number in found.breakdown().items())
    console.print(f"{len(found.entries)} modules of lane {counted.lane.name} to promote: {split} complexity")
    console.print(f"{found.hours.normalize():f} hours of work in all")
    for line in _left_out(found):
        console.print(line, markup=False, soft_wrap=True)
    if counted.shallow:
        console.print("history is cut off here, so files may look younger than they are: git fetch --unshallow")


def _left_out(found: Inventory) -> list[str]:
    counts = Counter(each.reason for each in found.left_out)
    return [f"left out: {number} ({reason})" for reason, number in sorted(counts.items(), key=lambda pair: -pair[1])]


def _table(entries: tuple[Entry, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("score", justify="right")
    for name in ("module", "target"):
        table.add_column(name, overflow="fold")
    for name in ("complexity", "risk"):
        table.add_column(name)
    table.add_column("hours", justify="right")
    for entry in entries:
        cells = (f"{entry.score:.1f}", entry.facts.module, entry.target, entry.complexity, entry.risk)
        table.add_row(*map(Text, (*cells, f"{entry.hours:.2f}")))
    return table
