"""What is measured of an item, and how much each of it weighs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of an item before it runs.

    `importers` counts modules that import it, `crossings` imports that the lane of its destination may not have and
    importers that may not have that lane, `dynamic` places that the move engine reports and does not edit, `strings`
    edits in texts and strings, `past` how often an item of this source did not go through, `tests` test files that
    reach it within four imports, `lines` lines of code, `churn` how many of the last 500 commits changed it, `effects`
    what happens when it is imported, `files` how many files move, `relative` its relative imports and `unresolved`
    imports that lead nowhere today. `is_open`: not all its names can be known. `level` counts the folders between its
    old and its new place, 0 for a new name in the same one. `refused` is why the move engine refuses it, or empty.
    `upset` counts importers that may find something half loaded at its new place (`code.loading`).
    """

    importers: int = 0
    crossings: int = 0
    dynamic: int = 0
    strings: int = 0
    past: int = 0
    tests: int = 0
    lines: int = 0
    churn: int = 0
    effects: int = 0
    files: int = 1
    relative: int = 0
    unresolved: int = 0
    is_open: bool = False
    level: int = 0
    refused: str = ""
    upset: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """One factor: what it adds to the logarithm of the odds when it is at its fullest, and where that comes from.

    `share` is how full it is, from 0 to 1. `told` says it in a few words.
    """

    name: str
    points: float
    share: Callable[[Measured], float]
    told: Callable[[Measured], str]
    source: str


def _many(value: int, full: int) -> float:
    """How full a count is: half of the way counts for more than half, and what is more than full for no more."""
    return min(1.0, math.log1p(max(0, value)) / math.log1p(full))


BASE = -2.2
"""The logarithm of the odds of an item of which nothing speaks: one in ten wants a person."""

WEIGHTS: tuple[Weight, ...] = (
    Weight(
        "refused",
        5.0,
        lambda m: float(bool(m.refused)),
        lambda m: m.refused,
        "what the engine refuses cannot go through; set by definition",
    ),
    Weight(
        "dynamic uses",
        2.2,
        lambda m: _many(m.dynamic, 3),
        lambda m: f"{m.dynamic} place(s) may name it when they run, and are not edited",
        "development: seeds 21 and 22 of generated repositories, where one in two such items turned a test red",
    ),
    Weight(
        "past failures",
        1.4,
        lambda m: _many(m.past, 3),
        lambda m: f"an item of this source did not go through {m.past} time(s) before",
        "the journal: an item that is tried again without a change of its cause ends as before",
    ),
    Weight(
        "lane crossings",
        4.0,
        lambda m: float(m.crossings > 0),
        lambda m: f"{m.crossings} import(s) would cross lanes that may not import each other",
        "the gate on lanes stops an item with a new violation; set by what it does, as for what is refused",
    ),
    Weight(
        "order of loading",
        3.0,
        lambda m: 0.5 + _many(m.upset, 10) / 2 if m.upset else 0.0,
        lambda m: f"{m.upset} importer(s) may find something half loaded once it is there",
        "development: random moves in networkx (seed 103) and Django (seed 101), where every item that failed had some",
    ),
    Weight(
        "package",
        0.7,
        lambda m: _many(m.files - 1, 20),
        lambda m: f"{m.files} files move together",
        "judgement: more files are more that can go wrong; nothing was fitted",
    ),
    Weight(
        "ties",
        0.9,
        lambda m: _many(m.relative, 8),
        lambda m: f"{m.relative} relative import(s) tie it to where it is",
        "judgement: what has relative imports needs its package first, and meets circles at a new place",
    ),
    Weight(
        "distance",
        0.8,
        lambda m: _many(m.level, 4),
        lambda m: f"{m.level} folder(s) between its places",
        "judgement: a new package above it has to be imported first",
    ),
    Weight(
        "importers",
        0.5,
        lambda m: _many(m.importers, 60),
        lambda m: f"{m.importers} module(s) import it",
        "the review step counts them since the first release",
    ),
    Weight(
        "string references",
        0.5,
        lambda m: _many(m.strings, 30),
        lambda m: f"{m.strings} edit(s) are in texts and strings",
        "a text can be meant otherwise; the review of edits in docs/benchmarks.md",
    ),
    Weight(
        "no tests",
        0.5,
        lambda m: float(not m.tests),
        lambda _: "no test reaches it within four imports",
        "the inventory counts it as a danger",
    ),
    Weight(
        "effects at import",
        0.4,
        lambda m: _many(m.effects, 6),
        lambda m: f"{m.effects} thing(s) happen when it is imported",
        "the inventory counts it as a danger",
    ),
    Weight(
        "open names",
        0.4,
        lambda m: float(m.is_open),
        lambda _: "not all names that it offers can be known",
        "the inventory counts it as a danger",
    ),
    Weight(
        "loose imports",
        0.3,
        lambda m: _many(m.unresolved, 4),
        lambda m: f"{m.unresolved} of its imports lead nowhere today",
        "the inventory counts it as a danger",
    ),
    Weight(
        "churn",
        0.3,
        lambda m: _many(m.churn, 40),
        lambda m: f"{m.churn} of the last 500 commits changed it",
        "what changes often meets others' changes before it lands",
    ),
    Weight(
        "size",
        0.3,
        lambda m: _many(m.lines, 2_000),
        lambda m: f"{m.lines} line(s) of code",
        "the usual guess, kept small: it says little beside the others",
    ),
)
"""In the order in which equal points are told. What is measured in docs/benchmarks.md was not looked at for them."""
