"""Which cells are run by whom, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.landing import bash, mergetrain, ours
from bench.landing.cells import Cell, cells
from bench.landing.counting import Pipe, listening
from bench.landing.ground import Ground, plant, prepare
from bench.landing.model import mergetrain_runs
from bench.landing.rows import Row, computed, row
from bench.landing.timing import Result

OURS, PEER, SERIAL, PARALLEL = "laneshift", "mergetrain", "bash, serial", "bash, parallel-unsafe"
DIVIDED = "mergetrain, suite divided by hand"
Tell = Callable[[str], None]
_RUN_ANYWAY = 2
"""Of a large batch the peer runs a clean cell and one with a single bad item; the rest would take hours."""


@dataclass(frozen=True)
class Stage:
    """One ground with everybody on it."""

    ground: Ground
    queued: mergetrain.Queued
    divided: Callable[[], mergetrain.Queued]
    pipe: Pipe
    scratch: Path

    def result(self, contestant: str, cell: Cell, seconds: float = 0.0) -> Result:
        """Plant the cell and let one contestant land it."""
        plant(self.ground.state, cell, seconds)
        if contestant == OURS:
            template = self.ground.planned if cell.alone else self.ground.ready
            return ours.land(template, cell.items, self.scratch / "copy", self.pipe, from_plan=cell.alone)
        if contestant in (PEER, DIVIDED):
            return mergetrain.land(self.divided() if contestant == DIVIDED else self.queued, self.pipe)
        return bash.land(self.ground, self.scratch / "bash", self.pipe, parallel=contestant == PARALLEL)


@contextmanager
def stage(scratch: Path, items: int, program: Path, tell: Tell, *, crowded: bool = False) -> Iterator[Stage]:
    """Make the ground of one size and queue its branches."""
    state = scratch / "state"
    state.mkdir(parents=True)
    with listening(state) as pipe:
        tell(f"{items} items: the checks of each, and a branch for each")
        ground = prepare(scratch / "ground", items, pipe, crowded=crowded)
        queued = mergetrain.queue(program, scratch / "peer", ground)
        divided = cache(lambda: mergetrain.queue(program, scratch / "divided", ground, divided=True))
        yield Stage(ground, queued, divided, pipe, scratch)


def small(on: Stage, seed: int, lengths: tuple[int, ...], tell: Tell) -> list[Row]:
    """Every cell of a small batch by laneshift and mergetrain, some by bash too, and some with suites that pause."""
    chosen = cells(on.ground.items, seed)
    most = max((cell for cell in chosen if cell.name.endswith("bad")), key=lambda cell: len(cell.sets))
    by_all = {"clean", "pair at the ends", "flake"}
    who = {cell: (OURS, PEER, *((SERIAL, PARALLEL) if cell.name in by_all else ())) for cell in chosen}
    who[chosen[0]] += (DIVIDED,)
    rows = [_run(on, name, cell, tell) for cell, names in who.items() for name in names]
    for length in lengths:
        paused = {"clean"} if length > lengths[0] else {"clean", "1 bad"}
        for each in rows:
            if each.cell.name in paused and each.contestant in (OURS, PEER, DIVIDED):
                tell(f"{each.cell.items} items, {each.cell.name}, {each.contestant}, a suite of {length} s")
                each.measured[length] = on.result(each.contestant, each.cell, length).spent.seconds
                tell(f"  {each.measured[length]:.1f} s")
    seen = Cell(f"{most.name}, each seen alone; all checks", most.items, most.sets, alone=True)
    return [*rows, *(_run(on, name, seen, tell) for name in (OURS, PEER))]


def crowded(on: Stage, tell: Tell) -> list[Row]:
    """Nothing is bad, and all moves edit neighbouring lines of one file."""
    cell = Cell("clean, one file imports all", on.ground.items, crowded=True)
    return [_run(on, name, cell, tell) for name in (OURS, PEER, SERIAL)]


def large(on: Stage, seed: int, tell: Tell) -> list[Row]:
    """Every cell of a large batch by laneshift; mergetrain runs the first two, and the model counts the others."""
    chosen = cells(on.ground.items, seed)
    rows = [_run(on, OURS, cell, tell) for cell in chosen]
    clean, bad = (_run(on, PEER, cell, tell) for cell in chosen[:_RUN_ANYWAY])
    rest = [computed(cell, mergetrain_runs(cell), clean, bad) for cell in chosen[_RUN_ANYWAY:]]
    return [*rows, clean, bad, *rest]


def _run(on: Stage, contestant: str, cell: Cell, tell: Tell) -> Row:
    tell(f"{cell.items} items, {cell.name}, {contestant}")
    at_once = bash.WORKERS if contestant == PARALLEL else 1
    found = row(cell, contestant, on.result(contestant, cell), at_once)
    # Told at once, too: a matrix that is ended early has shown what it had.
    tell(f"  {found.full} whole and {found.small} small runs, {found.wall:.1f} s, {found.worth}")
    return found
