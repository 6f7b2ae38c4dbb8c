"""The import rule between lanes, as a delta: what a change adds, never what was there before.

A repository may already have thousands of violations. A change answers only for those that it brings in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from laneshift.lanes.model import Lanes


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """One import: path of the importing file, path of the imported file, line of the import (from 1)."""

    importer: str
    imported: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """An edge from one lane into another that it may not import."""

    edge: Edge
    from_lane: str
    to_lane: str

    def __str__(self) -> str:
        """One line: place, edge and the rule that it breaks."""
        place = f"{self.edge.importer}:{self.edge.line}"
        return f"{place}: lane {self.from_lane} may not import lane {self.to_lane} ({self.edge.imported})"


def violations(edges: Iterable[Edge], lanes: Lanes) -> tuple[Violation, ...]:
    """Every edge that breaks `may_import`, sorted. Files outside all lanes have no rules and are no violation."""
    found = []
    for edge in edges:
        source, target = lanes.lane_of(edge.importer), lanes.lane_of(edge.imported)
        if source is not None and target is not None and not lanes.may_import(source.name, target.name):
            found.append(Violation(edge, source.name, target.name))
    return tuple(sorted(found))


def new_violations(
    before: Iterable[Edge], after: Iterable[Edge], lanes: Lanes, relocated: Mapping[str, str]
) -> tuple[Violation, ...]:
    """The violations of `after` that `before` did not have, one for each pair of files, at its first line.

    `relocated` maps old paths to new ones: a violation that only travelled with its file inside one lane is not new,
    one whose file crossed into another lane is.
    """
    known = {
        (relocated.get(old.importer, old.importer), relocated.get(old.imported, old.imported), *crossing)
        for old, *crossing in ((found.edge, found.from_lane, found.to_lane) for found in violations(before, lanes))
    }
    fresh: dict[tuple[str, ...], Violation] = {}
    for found in violations(after, lanes):
        key = (found.edge.importer, found.edge.imported, found.from_lane, found.to_lane)
        if key not in known:
            fresh.setdefault(key, found)
    return tuple(fresh.values())
