"""Whether a tree's imports lead somewhere: names that are not there, circles, and files that do not parse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.config.health import Health as Limits
from laneshift.errors import CheckFailed
from laneshift.manifests.cycles import circles
from laneshift.repo.objects import Tree
from laneshift.reports.health.model import NOTES, Section, count, judged, rate


@dataclass(frozen=True, slots=True)
class Imports:
    """What was found in `files` Python files: those that do not parse with the reason, imports of names that ought to
    be there, and sets of modules that import each other in a circle when they are loaded."""

    files: int
    broken: Mapping[str, str]
    unresolved: tuple[tuple[str, str], ...]
    cycles: tuple[tuple[str, ...], ...]


def look(tree: Tree, index: Index, graph: ImportGraph) -> Imports:
    """Look at a tree whose import graph is `graph`. Raises `CheckFailed` (`health.no-code`) where there is no file."""
    parses = index.parses(tree)
    if not parses:
        raise CheckFailed("health.no-code", "there is no Python file in this tree", where=tree.oid)
    broken = dict.fromkeys((path for path, fine in parses.items() if not fine), "does not parse")
    for path in islice(broken, NOTES):
        problem = index.refusal(tree, path)
        if problem is not None:
            broken[path] = f"line {problem.line}: {problem.reason}"
    edges: dict[str, set[str]] = {}
    for edge in graph.edges:
        # What a function imports is imported when all modules are loaded: no circle is felt there.
        if edge.kind == "runtime" and not edge.in_function and edge.importer != edge.imported:
            edges.setdefault(edge.importer, set()).add(edge.imported)
    return Imports(len(parses), broken, tuple(sorted(graph.unresolved)), circles(edges))


def section(found: Imports, limits: Limits) -> Section:
    """The section of the report."""
    parsed = found.files - len(found.broken)
    figures = [
        rate("parsed", "files that parse", parsed, found.files),
        count("syntax_errors", "files that do not parse", len(found.broken), limits.syntax_errors),
        count("unresolved", "imports that lead nowhere", len(found.unresolved), limits.unresolved),
        count("cycles", "circles of imports", len(found.cycles), limits.cycles),
        count("in_cycles", "modules in a circle", sum(map(len, found.cycles))),
    ]
    notes = [f"{path}: {reason}" for path, reason in found.broken.items()]
    notes += [f"circle of {len(each)}: {_some(each)}" for each in sorted(found.cycles, key=len)]
    notes += [f"{path} imports {name}, which is not there" for path, name in found.unresolved]
    rows = [(each.words, each.value) for each in figures[1:]]
    return judged("imports", figures, notes, rows)


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
