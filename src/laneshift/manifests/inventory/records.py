"""What the inventory is made from, and what it says. Plain frozen data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")

NO_LANE = "-"
"""Stands for the lane of a file that is in none; no lane can be called so."""


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """One module as the tree and its history show it.

    `loc` counts lines with code, `documented` of `documentable` are the module and its public classes and functions.
    `tests` are the test files that import it or are named for it; `importers` and `imports` pair the name of a lane
    with a path and a dotted name. `unresolved` ought to be in the tree and is not, `outside` comes from elsewhere than
    the tree and the standard library. `effects` counts what happens at import, `is_open` says that not all its names
    can be known. `age_days` is whole days between its last change and the commit that the inventory is about.
    """

    path: str
    module: str
    loc: int = 0
    classes: int = 0
    functions: int = 0
    documented: int = 0
    documentable: int = 1
    tests: tuple[str, ...] = ()
    importers: tuple[tuple[str, str], ...] = ()
    imports: tuple[tuple[str, str], ...] = ()
    relative: int = 0
    unresolved: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    effects: int = 0
    is_open: bool = False
    age_days: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of the lane that is not in the inventory, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Survey:
    """A lane as it was looked at: the tree's id, the facts of what may be promoted, and the rest of its files.

    `paths` is everything that the tree has, `roots` are its source roots; `code` counts, for each lane, its Python
    files that are neither tests nor documentation, and `files` all of them.
    """

    tree: str
    modules: tuple[ModuleFacts, ...]
    left_out: tuple[LeftOut, ...]
    paths: frozenset[str]
    roots: tuple[str, ...]
    code: Mapping[str, int]
    files: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One module of the inventory. `score` has one decimal, `hours` are whole quarters.

    `imports_core` and `imports_matriz`: whether it imports a lane that has this name or alias.
    """

    facts: ModuleFacts
    score: float
    target: str
    lane: str
    location_reasoning: str
    complexity: Level
    risk: Level
    rationale: str
    hours: Decimal
    imports_core: bool
    imports_matriz: bool
    in_archive: bool
    in_candidate_labs: bool


@dataclass(frozen=True)
class Inventory:
    """The entries, best score first, and every other Python file of the lane with a reason."""

    tree: str
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]

    def breakdown(self) -> dict[Level, int]:
        """How many entries have each complexity; they add up to the entries."""
        return count_levels(entry.complexity for entry in self.entries)

    @property
    def hours(self) -> Decimal:
        """The effort of all entries."""
        return sum((entry.hours for entry in self.entries), Decimal(0))


def count_levels(levels: Iterable[Level]) -> dict[Level, int]:
    """How often each level occurs."""
    found = list(levels)
    return {level: found.count(level) for level in LEVELS}
