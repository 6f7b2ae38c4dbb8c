"""What an import graph and facts tell of a move, for those who have no warm repository at hand. Pure."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from laneshift.code.facts import Facts
from laneshift.code.graph import ImportGraph
from laneshift.code.loading import upset
from laneshift.lanes.model import Lane, Lanes
from laneshift.matriz.risk.factors import Measured

CODE_FORMS = frozenset({"import", "from-import", "relative", "attribute", "support"})
"""Forms of edits that are in code; all others are in texts and strings."""


def counted(
    graph: ImportGraph,
    facts: Mapping[str, Facts],
    lanes: Lanes,
    files: Sequence[str],
    src: str,
    dst: str,
    *,
    tests: int,
    dynamic: int = 0,
    strings: int = 0,
    past: int = 0,
    churn: int = 0,
    refused: str = "",
    beside: Mapping[str, str] | None = None,
) -> Measured:
    """What is known of moving `src`, which has `files`, to `dst`; an empty `dst` counts no crossings.

    `beside` are moves of the same batch, from place to place: what they mend is no crossing, since the item waits for
    them.
    """
    own = set(files)
    crossings = list(_crossings(graph, lanes, files, dst, lambda path: path))
    if crossings and beside:
        still = set(_crossings(graph, lanes, files, dst, lambda path: _moved(path, beside)))
        crossings = [each for each in crossings if each in still]
    told = [facts[path] for path in files if path in facts]
    importers = {edge.path for path in files for edge in graph.importers(graph.node(path))} - own
    return Measured(
        importers=len(importers),
        crossings=len(crossings),
        dynamic=dynamic,
        strings=strings,
        past=past,
        tests=tests,
        lines=sum(each.lines for each in told),
        churn=churn,
        effects=sum(len(each.effects) for each in told),
        files=len(files),
        relative=sum(1 for each in told for one in each.imports if one.level),
        unresolved=sum(len(graph.resolved[path].unresolved) for path in files if path in graph.resolved),
        is_open=any(each.links.is_open for each in told),
        level=distance(src, dst),
        refused=refused,
        upset=len(upset(graph, files, dst)) if dst else 0,
    )


def distance(src: str, dst: str) -> int:
    """How many folders are left and entered on the way from one place to the other; 0 for no other place."""
    if not dst:
        return 0
    here, there = posixpath.dirname(src).split("/"), posixpath.dirname(dst).split("/")
    same = 0
    while same < min(len(here), len(there)) and here[same] == there[same]:
        same += 1
    return len(here) + len(there) - 2 * same


def _moved(path: str, beside: Mapping[str, str]) -> str:
    """Where a file is once these have moved."""
    place = path
    while place:
        if place in beside:
            return beside[place] + path[len(place) :]
        place = posixpath.dirname(place)
    return path


def _crossings(
    graph: ImportGraph, lanes: Lanes, files: Sequence[str], dst: str, at: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """Who would import what is not allowed, with the files in the lane of `dst` and others `at` their places.

    Paths, and for what is reached by way of others its lane.
    """
    place = dst if dst.endswith(".py") else f"{dst}/__init__.py"
    lane = lanes.lane_of(place) if dst else None
    if lane is None:
        return
    own = set(files)
    for path in files:
        for edge in graph.resolved[path].edges if path in graph.resolved else ():
            target = graph.path(edge.imported) or ""
            other = lanes.lane_of(at(target))
            if target not in own and other is not None and not lanes.may_import(lane.name, other.name):
                yield path, target
        for edge in graph.importers(graph.node(path)):
            other = lanes.lane_of(at(edge.path))
            if edge.path not in own and other is not None and not lanes.may_import(other.name, lane.name):
                yield edge.path, path
    yield from ((files[0], name) for name in _reached(graph, lanes, own, lane, at))


def _reached(graph: ImportGraph, lanes: Lanes, own: set[str], lane: Lane, at: Callable[[str], str]) -> Iterator[str]:
    """Lanes that may not be imported and are reached by way of others, each once."""
    if lane.may_import is None:
        return
    seen, queue, told = set(own), deque(sorted(own)), set[str]()
    while queue:
        path = queue.popleft()
        for edge in graph.resolved[path].edges if path in graph.resolved else ():
            target = graph.path(edge.imported) or ""
            if target in seen:
                continue
            seen.add(target)
            other = lanes.lane_of(at(target))
            if other is None or lanes.may_import(lane.name, other.name):
                queue.append(target)
            elif path not in own and other.name not in told:
                told.add(other.name)
                yield other.name
