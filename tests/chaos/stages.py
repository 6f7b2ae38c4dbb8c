"""A small toy at every stage of its life, made once by undisturbed processes, and how each stage ends undisturbed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.outcome import outcome
from tests.monorepo import BATCH, BREAKS
from tests.toy import copy_of, laneshift, records, started, toy

SMALL = BATCH.splitlines()[0] + "\n" + BREAKS
"""One item that lands and one that is set aside."""

WHOLE = BATCH + BREAKS
"""Two items that edit each other's lines and land, and one that is set aside."""

EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}

GROWING = {"state": ".git/laneshift", "objects": ".git/objects"}
"""Folders that work fills, by what the rounds call them."""

_PAGE = 4096


@dataclass(frozen=True)
class Stage:
    """One command: the repository before it, how it ends, and the seconds, records and bytes that it took.

    `done` is the repository after it; `grown` has the bytes by which each folder of `GROWING` grew.
    """

    before: Path
    command: tuple[str, ...]
    after: dict[str, Any]
    seconds: float
    code: int
    done: Path
    records: int
    grown: Mapping[str, int]


def make_stages(root: Path, batch: str) -> dict[str, Stage]:
    """Every verb with its stage. The repositories are templates: take copies."""
    fresh = toy(root / "fresh")
    (fresh / ".git/batch.tsv").write_text(batch)
    start = copy_of(fresh, root / "warming")
    assert laneshift(start, "ship", ".git/batch.tsv", "-j", "1", env=EPOCH).code == 1
    copy_of(start / ".git/laneshift/pool", fresh / ".git/laneshift/pool")
    found: dict[str, Stage] = {"ship": _stage(root, fresh, "ship", ("ship", ".git/batch.tsv", "-j", "1"))}
    planned = copy_of(fresh, root / "planned")
    assert laneshift(planned, "plan", ".git/batch.tsv", env=EPOCH).code == 0
    for verb, command in {
        "run": ("run", "batch", "-j", "1"),
        "land": ("land", "batch"),
        "rollback": ("rollback", "batch"),
    }.items():
        found[verb] = _stage(root, planned, verb, command)
        planned = root / f"{verb}-done"
    return found


def _stage(root: Path, before: Path, verb: str, command: tuple[str, ...]) -> Stage:
    after = copy_of(before, root / f"{verb}-done")
    said = len(records(after))
    sizes = {name: size_of(after / folder) for name, folder in GROWING.items()}
    start = time.monotonic()
    done = started(after, *command, env=EPOCH)
    seconds = time.monotonic() - start
    assert done.code in (0, 1), done.err
    grown = {name: size_of(after / folder) - sizes[name] for name, folder in GROWING.items()}
    return Stage(before, command, outcome(after), seconds, done.code, after, len(records(after)) - said, grown)


def size_of(folder: Path) -> int:
    """Bytes of all files below `folder`, each in whole pages, as a tmpfs counts them."""
    return sum(-(-file.stat().st_size // _PAGE) * _PAGE for file in folder.rglob("*") if file.is_file())
