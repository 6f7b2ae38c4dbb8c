"""Two modules side by side."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.matriz.ground import Ground
from laneshift.matriz.records import Findings, Name, Rest, Statement
from laneshift.matriz.telling.lines import code

_MEASURES = ("lines of code", "classes", "functions", "public names", "importers", "imports", "tests that reach it")


def compared(ground: Ground, left: Name, right: Name) -> Findings:
    """A table of what can be counted, and how the two are tied."""
    one, other = _measured(ground, left), _measured(ground, right)
    rows = [f"| | {code(left.name)} | {code(right.name)} |", "|---|---:|---:|"]
    rows += [f"| {name} | {a:,} | {b:,} |" for name, a, b in zip(_MEASURES, one, other, strict=True)]
    lanes = [found.name if (found := ground.lanes.lane_of(each.path)) else "none" for each in (left, right)]
    rows.append(f"| lane | {lanes[0]} | {lanes[1]} |")
    rests = tuple(Rest(kind="module", path=each.path, text=each.name) for each in (left, right))
    table = Statement(text="\n".join(rows), rests=rests)
    return Findings(confidence=1.0, reasons=("counted",), statements=(table, *_ties(ground, left, right)))


def _measured(ground: Ground, name: Name) -> Sequence[int]:
    files = ground.files_meant(name.kind, name.path)
    facts = [ground.facts(path) for path in files]
    nodes = {ground.graph.node(path) for path in files}
    importers = {edge.importer for node in nodes for edge in ground.importers(node)} - nodes
    imported = {edge.imported for path in files for edge in ground.graph.resolved[path].edges} - nodes
    return (
        sum(each.lines for each in facts),
        sum(each.classes for each in facts),
        sum(each.functions for each in facts),
        sum(len(each.public) for each in facts),
        len(importers),
        len(imported),
        len(ground.tests_of(name.name)),
    )


def _ties(ground: Ground, left: Name, right: Name) -> list[Statement]:
    found = []
    for one, other in ((left, right), (right, left)):
        edges = [edge for edge in ground.graph.imports(one.name) if edge.imported == other.name]
        if edges:
            rest = Rest(kind="import", path=edges[0].path, line=edges[0].line, text=f"imports {other.name}")
            found.append(Statement(text=f"{code(one.name)} imports {code(other.name)}.", rests=(rest,)))
    by = [{edge.importer for edge in ground.importers(each.name)} for each in (left, right)]
    both = sorted(by[0] & by[1])
    if both:
        found.append(Statement(text=f"{len(both)} module(s) import both."))
    return found or [Statement(text="Neither imports the other, and nobody imports both.")]
