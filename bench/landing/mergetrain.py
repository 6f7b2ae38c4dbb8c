"""mergetrain as a contestant, in its default batch mode, every job approved in advance so that one pass lands it.

Each branch has a worktree of its own, since `enqueue` refuses a branch without one; making them is not timed, and
queueing is timed apart. `daemon --once` is the pass that costs mergetrain one whole run of a clean train: `deploy`,
the command that asks a person, runs the suite once to validate and once more before the push.
"""

from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bench.landing.cells import Sets
from bench.landing.counting import Pipe, counted
from bench.landing.ground import Ground
from bench.landing.ours import number
from bench.landing.timing import Result, Spent, moved, spend
from bench.landing.toy import AT_ONCE, SUITE, TESTS, module
from corpus.project import clone, run

GATE = (sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", TESTS)
ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
"""Of every suite that is not ours: what our own configuration sets for ours. Interpreters that tests start leave no
bytecode in the tree either: mergetrain lands nothing whose gates have left files behind."""
_NOT_ALL = (0, 1)


@dataclass(frozen=True)
class Queued:
    """A clone whose queue holds every branch, and what it took to queue them."""

    program: Path
    clone: Path
    ground: Ground
    queueing: Spent


def queue(program: Path, folder: Path, ground: Ground, *, divided: bool = False) -> Queued:
    """Make the clone and a worktree for each branch, and queue the branches in the order of the batch.

    `divided`: the suite is several gates that run side by side, divided by hand.
    """
    operator = clone(ground.origin, folder / "operator")
    for key, value in (("user.name", "Bench"), ("user.email", "bench@example.org"), ("gc.auto", "0")):
        run(operator, "config", key, value)
    (operator / ".mergetrain.yaml").write_text(_divided(ground.items) if divided else _config(), encoding="utf-8")
    (operator / ".git/info/exclude").write_text(".mergetrain.yaml\n.mergetrain/\n", encoding="utf-8")
    spent = Spent()
    for branch in ground.branches:
        worktree = folder / "worktrees" / branch.rpartition("/")[2]
        run(operator, "worktree", "add", "--quiet", "-b", branch, str(worktree), f"origin/{branch}")
        words = ("enqueue", "--auto", "--task", branch, "--branch", branch, "--worktree", str(worktree))
        taken, _ = spend((str(program), *words), operator, ENVIRONMENT)
        spent = spent.plus(taken)
    shutil.copytree(operator / ".mergetrain", folder / "queued")
    return Queued(program, operator, ground, spent)


def land(queued: Queued, pipe: Pipe) -> Result:
    """Put queue and target back to where they were, then let one pass land what it will."""
    operator, ground = queued.clone, queued.ground
    _restore(queued)
    pipe.taken()
    spent, _ = spend((str(queued.program), "daemon", "--once"), operator, ENVIRONMENT, fine=_NOT_ALL)
    runs = counted(pipe.taken(), ground.items)
    return Result(moved(ground.origin, "main", ground.items), _named(_rows(operator)), spent, runs)


def _restore(queued: Queued) -> None:
    ground, operator = queued.ground, queued.clone
    run(ground.origin, "update-ref", "refs/heads/main", ground.base)
    for ref in run(ground.origin, "for-each-ref", "--format=%(refname)", "refs/mergetrain").split():
        run(ground.origin, "update-ref", "-d", ref)
    shutil.rmtree(operator / ".mergetrain")
    shutil.copytree(operator.parent / "queued", operator / ".mergetrain")
    for ref in run(operator, "for-each-ref", "--format=%(refname)", "refs/mergetrain").split():
        run(operator, "update-ref", "-d", ref)
    run(operator, "worktree", "prune")
    run(operator, "fetch", "--quiet", "--force", "origin", "+refs/heads/main:refs/remotes/origin/main")


def _config() -> str:
    return f"version: 2\nproject:\n  name: bench\ngates:\n  - name: tests\n    run: {shlex.join(GATE)}\n"


def _divided(items: int) -> str:
    """The suite as gates side by side. Each says which part of one run it is, so that the bench counts them as one."""
    lines = ["version: 2", "project:", "  name: bench", "gate_parallelism:", f"  max_workers: {AT_ONCE}", "gates:"]
    shares = [[f"{SUITE}/test_{module(each)}.py" for each in range(first, items, AT_ONCE)] for first in range(AT_ONCE)]
    for at, share in enumerate(shares):
        part = json.dumps({"number": at, "of": AT_ONCE}, separators=(",", ":"))
        others = (f"--ignore={path}" for path in chain(*shares[1:]))
        words = share if at else [TESTS, *others]
        command = json.dumps(shlex.join(("env", f"BENCH_PART={part}", *GATE[:-1], *words)))
        lines += [f"  - name: tests-{at}", f"    run: {command}", "    parallel_group: tests"]
    return "\n".join(lines) + "\n"


Row = tuple[int, str, str, str]


def _rows(operator: Path) -> Sequence[Row]:
    with closing(sqlite3.connect(operator / ".mergetrain/queue.sqlite")) as connection:
        return connection.execute("SELECT id, branch, status, conflict_with FROM deploy_queue").fetchall()


def _named(rows: Sequence[Row]) -> Sets:
    """Each failed job alone, each blocked job with those that it conflicts with."""
    branches = {str(job): number(branch) for job, branch, _, _ in rows}
    return frozenset(
        frozenset({number(branch), *(branches[other] for other in conflicts.split(",") if other)})
        for _, branch, status, conflicts in rows
        if status in ("failed", "blocked")
    )
