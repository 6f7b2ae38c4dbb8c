"""One row of the table: a contestant in a cell, and how long it takes with suites of other lengths. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.landing.cells import Cell, Worth, worth
from bench.landing.timing import Result

LENGTHS = (3, 60)
"""Seconds that one whole suite pauses, in the columns of the table."""


@dataclass(frozen=True)
class Row:
    """`wall` and `cpu` are seconds with a suite that does not pause; `share` is how many whole suites the pauses of all
    its runs come to. `measured` are walls at other lengths of the suite, where they were run. `computed` marks a row
    whose cell was not run: its counts come from the model and its seconds from the runs of another cell.
    """

    cell: Cell
    contestant: str
    wall: float
    cpu: float
    full: int
    small: int
    share: float
    worth: Worth | None
    at_once: int = 1
    measured: dict[int, float] = field(default_factory=dict)
    computed: bool = False

    def at(self, seconds: int) -> float:
        """Wall seconds with a suite of this length: as measured, or the pauses added to what was measured without."""
        return self.measured.get(seconds, self.wall + self.share * seconds / self.at_once)


def row(cell: Cell, contestant: str, result: Result, at_once: int = 1) -> Row:
    """The row of a cell that was run with a suite that does not pause."""
    return Row(
        cell,
        contestant,
        result.spent.seconds,
        result.spent.cpu,
        result.counted.full,
        result.counted.small,
        result.counted.share,
        worth(cell, result.landed, result.named),
        at_once,
    )


def computed(cell: Cell, runs: int, clean: Row, bad: Row) -> Row:
    """A cell that was not run, from two that were: every run beyond the first costs what it cost in `bad`.

    Most probes of `bad` merge fewer branches than those of a set that is red together, so this flatters the peer.
    """
    more = runs - clean.full
    each = (bad.wall - clean.wall) / (bad.full - clean.full), (bad.cpu - clean.cpu) / (bad.full - clean.full)
    wall, cpu = clean.wall + more * each[0], clean.cpu + more * each[1]
    return Row(cell, clean.contestant, wall, cpu, runs, 0, float(runs), None, computed=True)
