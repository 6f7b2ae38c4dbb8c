"""What is planted in each cell, and what a landing of it is worth. Pure."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

Sets = frozenset[frozenset[int]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One batch and its faults: `sets` are items that are red as soon as all of a set have moved.

    `alone` says that a bad item's own test sees it, so that checks of one item can; otherwise only a test that nothing
    leads to does. `crowded`: one file imports every module. `flake`: one test is red in the first whole run.
    """

    name: str
    items: int
    sets: tuple[tuple[int, ...], ...] = ()
    flake: bool = False
    alone: bool = False
    crowded: bool = False

    @property
    def culprits(self) -> Sets:
        """The planted sets."""
        return frozenset(frozenset(members) for members in self.sets)


@dataclass(frozen=True, slots=True)
class Worth:
    """`false_landings`: planted sets that are on the target whole. `false_rejections`: items that stayed out though
    the target would have been green with them. `exact`: the named sets are the planted ones."""

    false_landings: int
    false_rejections: int
    exact: bool


def worth(cell: Cell, landed: Collection[int], named: Sets) -> Worth:
    """Hold what landed, and who was named, against what was planted. Planted sets do not overlap.

    Of a set that is red together one item has to stay out and no more.
    """
    out = set(range(cell.items)) - set(landed)
    kept_out = sum(bool(out & members) for members in cell.culprits)
    return Worth(len(cell.sets) - kept_out, len(out) - kept_out, named == cell.culprits)


def cells(items: int, seed: int) -> list[Cell]:
    """Every cell of one size: rates of 0, 1, 3 and 10 % (those that differ), a pair at the ends, a triple, a flake."""
    chance = random.Random(f"{seed}/{items}")
    found = [Cell("clean", items)]
    for bad in sorted({max(1, round(items * rate)) for rate in (0.01, 0.03, 0.1)}):
        numbers = sorted(chance.sample(range(items), bad))
        found.append(Cell(f"{bad} bad", items, tuple((number,) for number in numbers)))
    triple = tuple(sorted(chance.sample(range(items), 3)))
    found.append(Cell("pair at the ends", items, ((0, items - 1),)))
    found.append(Cell("triple", items, (triple,)))
    found.append(Cell("flake", items, flake=True))
    return found
