"""What `laneshift manifest generate` prints, and lists of refusals. Loads little, as `manifests.told`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from laneshift.cli.talking import Talk
from laneshift.manifests.told import Rejected, Told

_LISTED = 20


def generated(talk: Talk, told: Told, *, dry_run: bool) -> None:
    """What was written, or would be."""
    word = "to write" if dry_run else "written"
    nothing = "nothing changes; " if not told.written and not told.failed else ""
    text = f"{nothing}{told.modules} module(s): {len(told.written)} {word}, {told.same} right as they are"
    shown = (
        *some([f"{path}: {word}" for path in told.written], talk.verbose),
        *reasons(told.failed, talk.verbose, "cannot be kept up"),
        *reasons(told.rejected, talk.verbose, "has no manifest"),
        f"{text}, {len(told.failed)} failed, {len(told.rejected)} refused",
    )
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
    _tell(talk, data, shown, "laneshift manifest validate" if changed else "laneshift manifest coverage")


def valid(talk: Talk, count: int) -> None:
    """Nothing is wrong."""
    data = {"manifests": count, "faults": []}
    _tell(talk, data, [f"{count} manifest(s) are right"], "laneshift manifest coverage")


def _tell(talk: Talk, data: dict[str, Any], shown: Iterable[str], then: str) -> None:
    talk.quiet()
    if talk.as_json:
        talk.document({**data, "next": then})
        return
    for line in (*shown, f"next: {then}"):
        talk.say(line)


def plain(found: Iterable[Rejected]) -> list[dict[str, str]]:
    """Refusals as plain data."""
    return [{"path": each.path, "reason": each.reason} for each in found]


def reasons(found: Sequence[Rejected], verbose: bool, what: str) -> list[str]:
    """Refusals, one a line; not all of many, unless more was asked for."""
    return some([f"{each.path} {what}: {each.reason}" for each in found], verbose)


def some(lines: list[str], verbose: bool) -> list[str]:
    """Lines, not all of many, unless more was asked for."""
    if verbose or len(lines) <= _LISTED:
        return lines
    return [*lines[:_LISTED], f"… and {len(lines) - _LISTED} more (-v lists all)"]
