"""What the manifest commands print."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from rich.console import Console

from laneshift.cli.manifest_told import plain, reasons, some
from laneshift.cli.session import Session
from laneshift.errors import Fault
from laneshift.evidence.atomic import write_whole
from laneshift.manifests.coverage import Coverage
from laneshift.manifests.generating import Generated
from laneshift.manifests.told import Rejected


def batch(talk: Session, file: Path, made: Generated, data: bytes) -> None:
    """Write the batch file and say what is in it."""
    count = data.count(b"[[items]]")
    if count:
        write_whole(talk.directory / file, data)
    text = (
        f"{file}: {count} item(s) for {len(made.written)} manifest(s)" if count else "nothing changes: no batch written"
    )
    data_of = {"batch": str(file) if count else None, "items": count, "manifests": len(made.written)}
    then = f"laneshift plan {file}" if count else "laneshift manifest coverage"
    talk.result(data_of, lambda console: console.print(text, markup=False, soft_wrap=True), then)


def stale(made: Generated, there: Collection[str]) -> list[Fault]:
    """What the code says otherwise by now, of the manifests that are there."""
    cure = "laneshift manifest generate"
    what = "the code says otherwise by now"
    faults = [Fault("manifest.stale", path, what, cure) for path in made.written if path in there]
    known = {unit.manifest for unit in made.units}
    strays = sorted(path for path in there if path not in known)
    return faults + [Fault("manifest.stray", path, "no module of this tree has this manifest") for path in strays]


def differing(talk: Session, made: Generated, texts: list[str]) -> None:
    """What `generate` would change."""

    def show(console: Console) -> None:
        for text in texts:
            console.print(text, markup=False, highlight=False, soft_wrap=True, end="")
        _lines(console, reasons(made.failed, talk.verbose, "cannot be kept up"))
        console.print(f"{len(made.written)} manifest(s) would change" if made.written else "nothing changes")

    data = {"would_change": sorted(made.written), "failed": plain(made.failed), "diff": "".join(texts)}
    talk.result(data, show, "laneshift manifest generate --all" if made.written else "laneshift manifest coverage")


def migrated(talk: Session, written: list[str], failed: tuple[Rejected, ...], count: int, *, dry_run: bool) -> None:
    """What was migrated."""
    word = "to migrate" if dry_run else "migrated"

    def show(console: Console) -> None:
        _lines(console, some([f"{path}: {word}" for path in written], talk.verbose))
        _lines(console, reasons(failed, talk.verbose, "cannot be migrated"))
        console.print(f"{count} manifest(s), {len(written)} {word}, {len(failed)} failed")

    data = {"manifests": count, "migrated": written, "failed": plain(failed), "dry_run": dry_run}
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
        "missing": plain(found.missing),
        "set_aside": found.aside,
    }
    talk.result(data, show, "laneshift manifest validate" if found.reached else "laneshift manifest generate --all")


def _lines(console: Console, lines: list[str]) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
