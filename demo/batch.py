"""The batch of the demo, and how each of its lines is meant to end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from demo.outcomes import Moved

FILE = Path(__file__).with_name("batch.tsv")
NAME = "tidy"
LEAST_MOVES = 24
REFUSED = {"networkx.algorithms.matching": "batch.dst-exists", "networkx.algorithms.swap": "batch.outside-lanes"}
BREAKS = "networkx.classes.digraph"
VERIFIED = "networkx.relabel"
FOLLOWED = "networkx.exception"
"""The module whose history is shown."""


def read(text: str) -> dict[str, Moved]:
    """Module name to its move, for every line of a batch."""
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {module: Moved(src, dst) for module, src, dst in rows}


def line_of(text: str, module: str) -> int:
    """The number of the line that moves `module`. Raises `StopIteration` when there is none."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"{module}\t"))


def expected(modules: Iterable[str]) -> dict[str, str]:
    """The state in which each item of the batch must end."""
    special = {**dict.fromkeys(REFUSED, "refused"), BREAKS: "quarantined", VERIFIED: "verified"}
    return {module: special.get(module, "landed") for module in modules}


def surprises(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """What ended in another way than it was meant to."""
    return [
        f"{module} is {found.get(module, 'gone')}, not {wanted.get(module, 'expected')}"
        for module in sorted({*wanted, *found})
        if wanted.get(module) != found.get(module)
    ]
