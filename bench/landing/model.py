"""How many whole runs a contestant needs, counted without running anything: for cells that would take hours. Pure.

mergetrain's isolation, as version 3.7.1 does it: halves of a red train are tried and searched; where both halves are
green, items are left out one after the other, and those that remain are tried alone. What was cleared is tried again
as a train. The bench holds these counts against those of the cells that it runs.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.landing.cells import Cell

_SMALL_TRAIN = 3
"""Up to this size mergetrain tries every item alone before it looks for sets."""


class Bisection:
    """mergetrain's search through one red train. `probes` are whole runs; one that is known is not run again."""

    def __init__(self, cell: Cell, train: Sequence[int]) -> None:
        self._sets = cell.culprits
        self._train = train
        self._known: dict[frozenset[int], bool] = {}
        self.singles: list[int] = []
        self.joint: list[list[int]] = []
        self._descend(list(train))

    @property
    def probes(self) -> int:
        """Whole runs of the search."""
        return len(self._known)

    @property
    def cleared(self) -> list[int]:
        """The items that go on."""
        bad = {*self.singles, *(item for members in self.joint for item in members)}
        return [item for item in self._train if item not in bad]

    def _green(self, part: Sequence[int]) -> bool:
        chosen = frozenset(part)
        return self._known.setdefault(chosen, not any(members <= chosen for members in self._sets))

    def _descend(self, part: list[int]) -> None:
        if len(part) == 1:
            self.singles.extend(part)
            return
        if len(self._train) <= _SMALL_TRAIN:
            self._small(part)
            return
        middle = len(part) // 2
        halves = [part[:middle], part[middle:]]
        red = [half for half in halves if not self._green(half)]
        for half in red:
            self._descend(half)
        if not red:
            self._minimise(part)

    def _small(self, part: list[int]) -> None:
        for item in part:
            if not self._green([item]):
                self.singles.append(item)
                return
        self._minimise(part)

    def _minimise(self, part: list[int]) -> None:
        self._green(part)
        smallest = list(part)
        for item in part:
            if len(smallest) == 1:
                break
            reduced = [other for other in smallest if other != item]
            if not self._green(reduced):
                smallest = reduced
        if len(smallest) == 1:
            self.singles.extend(smallest)
            return
        alone = [item for item in smallest if not self._green([item])]
        if alone:
            self.singles.extend(alone)
        else:
            self.joint.append(smallest)


def mergetrain_runs(cell: Cell) -> int:
    """Whole runs of mergetrain for a cell whose branches merge without a conflict.

    A flake that is red in the first run alone is not found again, so that the items go on one by one.
    """
    train = list(range(cell.items))
    if cell.flake:
        return 1 + _until_irreproducible(cell) + cell.items
    runs = 0
    while train:
        runs += 1
        if not any(members <= set(train) for members in cell.culprits):
            break
        if len(train) == 1:
            break
        search = Bisection(cell, train)
        runs += search.probes
        train = search.cleared
    return runs


def _until_irreproducible(cell: Cell) -> int:
    """Probes of a train that was red once: both halves are green, and so is the whole."""
    return cell.items + 1 if cell.items <= _SMALL_TRAIN else 3
