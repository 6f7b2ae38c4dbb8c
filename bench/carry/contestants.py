"""Three ways to bring a stale patch onto a tip where modules have moved: laneshift, `git merge`, `git rebase`."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.project import run
from laneshift.code.intents import Intent
from laneshift.landing.carry import Patch, Turn, carry
from laneshift.repo.objects import Repository

_SETTINGS = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One patch brought over: the tree, or "" after a conflict; how many files conflict, and the seconds it took."""

    tree: str
    conflicts: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Case:
    """A stale commit on `base`, and the tip that it has to go to; all four are commits."""

    base: str
    stale: str
    tip: str


Contestant = Callable[[Case], Attempt]


def laneshift(repository: Repository, intents: Sequence[Intent], turn: Turn) -> Contestant:
    """Carry across the intents."""

    def attempt(case: Case) -> Attempt:
        start = time.perf_counter()
        patch = Patch(repository.tree(case.base), repository.tree(case.stale))
        found = carry(patch, repository.tree(case.tip), intents, turn)
        tree = found.tree.oid if found.clean else ""
        return Attempt(tree, len(found.conflicts), time.perf_counter() - start)

    return attempt


def merge(clone: Path) -> Contestant:
    """`git merge`, with its own detection of renamed files and folders."""

    def attempt(case: Case) -> Attempt:
        run(clone, "checkout", "-q", "--detach", "-f", case.tip)
        return _measured(clone, ("merge", "--quiet", "--no-edit", case.stale), ("merge", "--abort"))

    return attempt


def rebase(clone: Path) -> Contestant:
    """`git rebase` of the stale commit onto the tip."""

    def attempt(case: Case) -> Attempt:
        run(clone, "checkout", "-q", "--detach", "-f", case.stale)
        return _measured(clone, ("rebase", "--quiet", "--onto", case.tip, case.base), ("rebase", "--abort"))

    return attempt


def _measured(clone: Path, command: Sequence[str], abort: Sequence[str]) -> Attempt:
    start = time.perf_counter()
    try:
        run(clone, *_SETTINGS, *command)
    except subprocess.CalledProcessError:
        seconds = time.perf_counter() - start
        files = run(clone, "diff", "--name-only", "--diff-filter=U").splitlines()
        run(clone, *abort)
        return Attempt("", max(len(files), 1), seconds)
    seconds = time.perf_counter() - start
    return Attempt(run(clone, "rev-parse", "HEAD^{tree}").strip(), 0, seconds)
