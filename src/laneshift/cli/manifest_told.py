"""What `laneshift manifest generate` prints, and lists of refusals. Loads little, as `manifests.told`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console

from laneshift.cli.session import Session
from laneshift.manifests.told import Rejected, Told

_LISTED = 20


def generated(talk: Session, told: Told, *, dry_run: bool) -> None:
    """What was written, or would be."""
    word = "to write" if dry_run else "written"

    def show(console: Console) -> None:
        lines(console, (f"{path}: {word}" for path in told.written), len(told.written), talk.verbose)
        reasons(console, told.failed, talk.verbose, "cannot be kept up")
        reasons(console, told.rejected, talk.verbose, "has no manifest")
        nothing = "nothing changes; " if not told.written and not told.failed else ""
        text = f"{nothing}{told.modules} module(s): {len(told.written)} {word}, {told.same} right as they are"
        console.print(f"{text}, {len(told.failed)} failed, {len(told.rejected)} refused")

    data: dict[str, Any] = {
        "modules": told.modules,
        "written": list(told.written),
        "same": told.same,
        "failed": plain(told.failed),
        "rejected": plain(told.rejected),
        "dry_run": dry_run,
        "changed": bool(told.written),
    }
    changed = bool(told.written) and not dry_run
    talk.result(data, show, "laneshift manifest validate" if changed else "laneshift manifest coverage")


def valid(talk: Session, count: int) -> None:
    """Nothing is wrong."""
    text = f"{count} manifest(s) are right"
    data = {"manifests": count, "faults": []}
    talk.result(data, lambda console: console.print(text), "laneshift manifest coverage")


def plain(found: Iterable[Rejected]) -> list[dict[str, str]]:
    """Refusals as plain data."""
    return [{"path": each.path, "reason": each.reason} for each in found]


def reasons(console: Console, found: tuple[Rejected, ...], verbose: bool, what: str) -> None:
    """Refusals, one a line; not all of many, unless more was asked for."""
    lines(console, (f"{each.path} {what}: {each.reason}" for each in found), len(found), verbose)


def lines(console: Console, lines: Iterable[str], count: int, verbose: bool) -> None:
    """Lines, not all of many, unless more was asked for."""
    for number, line in enumerate(lines):
        if number == _LISTED and not verbose:
            console.print(f"… and {count - _LISTED} more (-v lists all)")
            return
        console.print(line, markup=False, highlight=False, soft_wrap=True)
