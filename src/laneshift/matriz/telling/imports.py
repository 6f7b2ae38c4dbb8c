"""Who imports a module, what it imports, which tests reach it."""

from __future__ import annotations

from collections.abc import Iterable

from laneshift.code.resolve import Edge
from laneshift.matriz.ground import Ground
from laneshift.matriz.records import Findings, Name, Rest, Statement
from laneshift.matriz.telling.lines import MOST_RESTS, code, count, listed, place, said


def importers(ground: Ground, name: Name) -> Findings:
    """Every module that imports it, with the line; for something from elsewhere, every file."""
    if name.kind == "outside":
        return _of_outside(ground, name.name.partition(".")[0])
    edges = [edge for edge in ground.importers(name.name) if edge.path != name.path]
    groups = _grouped((edge.importer, edge) for edge in edges)
    lines = _lines(groups)
    below = _below(ground, name)
    if not lines:
        head = f"**No module imports {code(name.name)}** by name.{below}"
        return said(head, [Rest(kind="module", path=name.path, text=name.name)] if name.path else [])
    number = count(len(groups), "module imports", "modules import")
    head = f"**{number} {code(name.name)}** ({count(len(edges), 'import')}):"
    return listed(f"{head}{below}", lines, reasons=("every import of the tree is resolved",), total=len(groups))


def imports(ground: Ground, name: Name) -> Findings:
    """Every module of the tree that it imports, and what comes from elsewhere; of a package, its `__init__` alone."""
    files = ground.files_meant(name.kind, name.path)
    own = {ground.graph.node(path) for path in files}
    edges = [edge for path in files for edge in ground.graph.resolved[path].edges if edge.imported not in own]
    groups = _grouped((edge.imported, edge) for edge in edges)
    lines = _lines(groups)
    outside = sorted({top for path in files for top in ground.graph.outside(path)})
    aside = f" From elsewhere: {', '.join(map(code, outside))}." if outside else ""
    rests = (Rest(kind="module", path=name.path, text=name.name),) if name.kind == "module" else ()
    if not lines:
        return said(f"**{code(name.name)} imports no module of this repository.**{aside}", rests)
    head = f"**{code(name.name)} imports {count(len(groups), 'module')} of this repository:**"
    found = listed(head, lines, total=len(groups))
    if not aside:
        return found
    return found.model_copy(update={"statements": (*found.statements, Statement(text=aside.strip(), rests=rests))})


def tests(ground: Ground, name: Name) -> Findings:
    """The test files that reach it by imports, nearest first."""
    found = ground.tests_of(name.name)
    if not found:
        return said(f"**No test reaches {code(name.name)}** within four imports.")
    ways = {0: "itself", 1: "imports it"}
    lines = [
        Statement(
            text=f"- {code(path)}, {ways.get(distance, f'{distance} imports away')}",
            rests=(Rest(kind="test", path=path, text=f"{distance} import(s) away"),),
        )
        for path, distance in found
    ]
    return listed(
        f"**{count(len(lines), 'test file reaches', 'test files reach')} {code(name.name)}** by imports:", lines
    )


def _grouped(edges: Iterable[tuple[str, Edge]]) -> dict[str, list[Edge]]:
    """The imports by the other module."""
    found: dict[str, list[Edge]] = {}
    for other, edge in edges:
        found.setdefault(other, []).append(edge)
    return found


def _lines(groups: dict[str, list[Edge]]) -> list[Statement]:
    """One line for each of the first modules, with all lines of its imports."""
    return [_line(other, groups[other]) for other in sorted(groups)[:MOST_RESTS]]


def _line(other: str, edges: list[Edge]) -> Statement:
    first = edges[0]
    special = "" if first.kind == "runtime" else f", {first.kind}"
    inner = ", inside a function" if all(edge.in_function for edge in edges) else ""
    rests = tuple(Rest(kind="import", path=e.path, line=e.line, text=f"imports {e.imported}") for e in edges)
    return Statement(text=f"- {code(other)} at {place(first.path, first.line)}{special}{inner}", rests=rests)


def _below(ground: Ground, name: Name) -> str:
    if name.name not in ground.graph.modules.packages:
        return ""
    inside = {each for each in ground.graph.importers_below(name.name) if not f"{each}.".startswith(f"{name.name}.")}
    direct = {edge.importer for edge in ground.importers(name.name)}
    more = len(inside - direct)
    return f" {count(more, 'more imports', 'more import')} only something below it." if more else ""


def _of_outside(ground: Ground, top: str) -> Findings:
    paths = ground.outside.get(top, ())
    lines = [
        Statement(
            text=f"- {place(path, line)}",
            rests=(Rest(kind="import", path=path, line=line or None, text=f"imports {top}"),),
        )
        for path in paths[:MOST_RESTS]
        for line in (ground.line_of_outside(path, top),)
    ]
    head = f"{code(top)} is not of this repository. **{count(len(paths), 'file imports', 'files import')} it:**"
    return listed(head, lines, total=len(paths)) if lines else said(f"**No file imports {code(top)}.**")
