"""The ground of one size: the repository, the run of its batch, and a branch for each item, made once for all cells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.landing.cells import Cell
from bench.landing.counting import Counted, Pipe, counted
from bench.landing.ours import COMMAND
from bench.landing.place import copy, new_repository
from bench.landing.timing import Spent, spend
from bench.landing.toy import batch, files, module
from corpus.project import run

ITEM_REF = "refs/heads/laneshift/batch/labs.{name}"


@dataclass(frozen=True)
class Ground:
    """`planned` is a repository whose batch is planned, `ready` one whose items went through all checks.

    `origin` is a bare repository with the base on `main` and each item's commit on a branch of its own. `checks` and
    `checked` are what the checks of all items took, and the test sessions that they ran.
    """

    items: int
    state: Path
    planned: Path
    ready: Path
    origin: Path
    base: str
    checks: Spent
    checked: Counted

    @property
    def branches(self) -> Sequence[str]:
        """The items' branches in the order of the batch."""
        return [f"work/{module(number)}" for number in range(self.items)]


def plant(state: Path, cell: Cell, seconds: float) -> None:
    """Put the faults of a cell, and the length of its suite, where the suite looks for them."""
    alone = [members[0] for members in cell.sets] if cell.alone else []
    together = [] if cell.alone else [list(members) for members in cell.sets]
    told = {"alone": alone, "together": together, "seconds": seconds}
    (state / "planted.json").write_text(json.dumps(told), encoding="utf-8")
    (state / "armed").unlink(missing_ok=True)
    if cell.flake:
        (state / "armed").touch()


def prepare(folder: Path, items: int, pipe: Pipe, *, crowded: bool = False) -> Ground:
    """Make the repository, run its batch with nothing planted, and give every item a branch in a bare repository."""
    plant(pipe.state, Cell("clean", items), 0.0)
    planned, ready, origin = folder / "planned", folder / "ready", folder / "origin.git"
    new_repository(planned, files(items, pipe.state, crowded=crowded))
    (folder / "batch.tsv").write_text(batch(items), encoding="utf-8")
    spend((*COMMAND, "plan", str(folder / "batch.tsv")), planned)
    copy(planned, ready)
    pipe.taken()
    checks, _ = spend((*COMMAND, "run", "batch"), ready)
    checked = counted(pipe.taken(), items)
    base = run(ready, "rev-parse", "HEAD").strip()
    run(folder, "clone", "--quiet", "--bare", "--no-hardlinks", str(ready), str(origin))
    for number in range(items):
        name = module(number)
        commit = run(ready, "rev-parse", ITEM_REF.format(name=name)).strip()
        run(origin, "update-ref", f"refs/heads/work/{name}", commit)
        run(origin, "update-ref", "-d", ITEM_REF.format(name=name))
    return Ground(items, pipe.state, planned, ready, origin, base, checks, checked)
