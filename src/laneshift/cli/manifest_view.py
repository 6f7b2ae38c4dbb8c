"""What the manifest commands print."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from laneshift.cli.session import Session
from laneshift.errors import Fault
from laneshift.evidence.atomic import write_whole
from laneshift.manifests.coverage import Coverage
from laneshift.manifests.discovery import Rejected
from laneshift.manifests.generating import Generated
from laneshift.runs.manifesting import Told

_LISTED = 20


def generated(talk: Session, told: Told, *, dry_run: bool) -> None:
    """What was written, or would be."""
    word = "to write" if dry_run else "written"

    def show(console: Console) -> None:
        _lines(console, (f"{path}: {word}" for path in told.written), len(told.written), talk.verbose)
        _reasons(console, told.failed, talk.verbose, "cannot be kept up")
        _reasons(console, told.rejected, talk.verbose, "has no manifest")
        nothing = "nothing changes; " if not told.written and not told.failed else ""
        text = f"{nothing}{told.modules} module(s): {len(told.written)} {word}, {told.same} right as they are"
        console.print(f"{text}, {len(told.failed)} failed, {len(told.rejected)} refused")

    data: dict[str, Any] = {
        "modules": told.modules,
        "written": list(told.written),
        "same": told.same,
        "failed": _plain(told.failed),
        "rejected": _plain(told.rejected),
        "dry_run": dry_run,
        "changed": bool(told.written),
    }
    changed = bool(told.written) and not dry_run
    talk.result(data, show, "laneshift manifest validate" if changed else "laneshift manifest coverage")


def batch(talk: Session, file: Path, made: Generated, data: bytes) -> None:
    """Write the batch file and say what is in it."""
    count = data.count(b"[[items]]")
    if count:
        write_whole(talk.directory / file, data)
    text = (
        f"{file}: {count} item(s) for {len(made.written)} manifest(s)" if count else "nothing changes: no batch written"
    )
    plain = {"batch": str(file) if count else None, "items": count, "manifests": len(made.written)}
    then = f"laneshift plan {file}" if count else "laneshift manifest coverage"
    talk.result(plain, lambda console: console.print(text, markup=False, soft_wrap=True), then)


def stale(made: Generated, there: Collection[str]) -> list[Fault]:
    """What the code says otherwise by now, of the manifests that are there."""
    cure = "laneshift manifest generate"
    what = "the code says otherwise by now"
    faults = [Fault("manifest.stale", path, what, cure) for path in made.written if path in there]
    known = {unit.manifest for unit in made.units}
    strays = sorted(path for path in there if path not in known)
    return faults + [Fault("manifest.stray", path, "no module of this tree has this manifest") for path in strays]


def valid(talk: Session, count: int) -> None:
    """Nothing is wrong."""
    text = f"{count} manifest(s) are right"
    data = {"manifests": count, "faults": []}
    talk.result(data, lambda console: console.print(text), "laneshift manifest coverage")


def differing(talk: Session, made: Generated, texts: list[str]) -> None:
    """What `generate` would change."""

    def show(console: Console) -> None:
        for text in texts:
            console.print(text, markup=False, highlight=False, soft_wrap=True, end="")
        _reasons(console, made.failed, talk.verbose, "cannot be kept up")
        console.print(f"{len(made.written)} manifest(s) would change" if made.written else "nothing changes")

    data = {"would_change": sorted(made.written), "failed": _plain(made.failed), "diff": "".join(texts)}
    talk.result(data, show, "laneshift manifest generate --all" if made.written else "laneshift manifest coverage")


def migrated(talk: Session, written: list[str], failed: tuple[Rejected, ...], count: int, *, dry_run: bool) -> None:
    """What was migrated."""
    word = "to migrate" if dry_run else "migrated"

    def show(console: Console) -> None:
        _lines(console, (f"{path}: {word}" for path in written), len(written), talk.verbose)
        _reasons(console, failed, talk.verbose, "cannot be migrated")
        console.print(f"{count} manifest(s), {len(written)} {word}, {len(failed)} failed")

    data = {"manifests": count, "migrated": written, "failed": _plain(failed), "dry_run": dry_run}
    talk.result(data, show, "laneshift manifest generate --all")


def covered(talk: Session, found: Coverage) -> None:
    """The coverage, and every module without a valid manifest."""

    def show(console: Console) -> None:
        for each in found.missing:
            console.print(f"{each.path}: {each.reason}", markup=False, highlight=False, soft_wrap=True)
        word = "reached" if found.reached else "not reached"
        shown = f"{100 * found.share:.2f} %: {found.valid} of {found.discovered} modules have a valid manifest"
        console.print(f"{shown}; goal {100 * found.goal:g} % {word}; {found.aside} set aside by the settings")

    data = {
        "valid": found.valid,
        "discovered": found.discovered,
        "share": round(found.share, 6),
        "goal": found.goal,
        "reached": found.reached,
        "missing": _plain(found.missing),
        "set_aside": found.aside,
    }
    talk.result(data, show, "laneshift manifest validate" if found.reached else "laneshift manifest generate --all")


def _plain(found: Iterable[Rejected]) -> list[dict[str, str]]:
    return [{"path": each.path, "reason": each.reason} for each in found]


def _reasons(console: Console, found: tuple[Rejected, ...], verbose: bool, what: str) -> None:
    _lines(console, (f"{each.path} {what}: {each.reason}" for each in found), len(found), verbose)


def _lines(console: Console, lines: Iterable[str], count: int, verbose: bool) -> None:
    for number, line in enumerate(lines):
        if number == _LISTED and not verbose:
            console.print(f"… and {count - _LISTED} more (-v lists all)")
            return
        console.print(line, markup=False, highlight=False, soft_wrap=True)
