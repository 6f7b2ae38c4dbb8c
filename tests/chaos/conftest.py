"""A small toy at every stage of its life, made once by undisturbed processes, and how each stage ends undisturbed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.outcome import outcome
from tests.monorepo import BATCH, BREAKS
from tests.toy import copy_of, laneshift, toy

SMALL = BATCH.splitlines()[0] + "\n" + BREAKS
"""One item that lands and one that is set aside."""

EPOCH = {"SOURCE_DATE_EPOCH": "1700000000"}


@dataclass(frozen=True)
class Stage:
    """One command: the repository before it, how it ends, and the seconds that it took."""

    before: Path
    command: tuple[str, ...]
    after: dict[str, Any]
    seconds: float
    code: int


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stage]:
    """Every verb with its stage. The repositories are templates: take copies."""
    root = tmp_path_factory.mktemp("stages")
    fresh = toy(root / "fresh")
    (fresh / ".git/batch.tsv").write_text(SMALL)
    start = copy_of(fresh, root / "warming")
    assert laneshift(start, "ship", ".git/batch.tsv", "-j", "1", env=EPOCH).code == 1
    for name in ("pool",):
        copy_of(start / ".git/laneshift" / name, fresh / ".git/laneshift" / name)
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
    start = time.monotonic()
    done = laneshift(after, *command, env=EPOCH)
    assert done.code in (0, 1), done.err
    return Stage(before, command, outcome(after), time.monotonic() - start, done.code)
