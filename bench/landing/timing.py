"""One contestant at work: its commands timed from outside, its suites counted, its result read from the target."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.landing.cells import Sets
from bench.landing.counting import Counted
from bench.landing.toy import module
from corpus.project import run
from laneshift.errors import CheckFailed

_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Spent:
    """Wall-clock and processor seconds, those of all processes that were waited for included."""

    seconds: float = 0.0
    cpu: float = 0.0

    def plus(self, other: Spent) -> Spent:
        """Both one after the other."""
        return Spent(self.seconds + other.seconds, self.cpu + other.cpu)


@dataclass(frozen=True, slots=True)
class Result:
    """What a contestant did with a cell: what landed, whom it named, what it took, and what ran."""

    landed: frozenset[int]
    named: Sets
    spent: Spent
    counted: Counted


def spend(
    command: Sequence[str],
    folder: Path,
    extra: Mapping[str, str] | None = None,
    fine: Collection[int] = (0,),
    typed: str = "",
) -> tuple[Spent, str]:
    """Run a command to its end with `typed` on its input; what it took, and what it printed.

    Raises `CheckFailed` (`bench.failed`) when it ends with a status that is not among `fine`.
    """
    began, before = time.perf_counter(), _children()
    done = subprocess.run(
        list(command),
        cwd=folder,
        env={**_usual(), **(extra or {})},
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    spent = Spent(time.perf_counter() - began, _children() - before)
    if done.returncode not in fine:
        raise CheckFailed(
            "bench.failed",
            f"status {done.returncode} from {' '.join(command)[:200]}",
            why=(done.stdout + done.stderr)[-_SHOWN:],
        )
    return spent, done.stdout


def moved(repository: Path, branch: str, items: int) -> frozenset[int]:
    """The items whose module stands at its new place on the branch, and not at its old one."""
    there = set(run(repository, "ls-tree", "-r", "--name-only", branch, "core", "labs").split())
    return frozenset(
        number
        for number in range(items)
        if f"core/{module(number)}.py" in there and f"labs/{module(number)}.py" not in there
    )


def _usual() -> Mapping[str, str]:
    """Whoever is measured has its bytecode, as an installed program has."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
