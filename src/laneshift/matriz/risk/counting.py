"""What an import graph and facts tell of a move, for those who have no warm repository at hand. Pure."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

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
) -> Measured:
    """What is known of moving `src`, which has `files`, to `dst`; an empty `dst` counts no crossings."""
    own = set(files)
    told = [facts[path] for path in files if path in facts]
    importers = {edge.path for path in files for edge in graph.importers(graph.node(path))} - own
    return Measured(
        importers=len(importers),
        crossings=sum(1 for _ in _crossings(graph, lanes, files, dst)),
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


def _crossings(graph: ImportGraph, lanes: Lanes, files: Sequence[str], dst: str) -> Iterator[tuple[str, str]]:
    """Pairs of paths of imports that would not be allowed with the files in the lane of `dst`."""
    place = dst if dst.endswith(".py") else f"{dst}/__init__.py"
    lane = lanes.lane_of(place) if dst else None
    if lane is None:
        return
    own = set(files)
    for path in files:
        for edge in graph.resolved[path].edges if path in graph.resolved else ():
            target = graph.path(edge.imported) or ""
            other = lanes.lane_of(target)
            if target not in own and other is not None and not lanes.may_import(lane.name, other.name):
                yield path, target
        for edge in graph.importers(graph.node(path)):
            other = lanes.lane_of(edge.path)
            if edge.path not in own and other is not None and not lanes.may_import(other.name, lane.name):
                yield edge.path, path
    yield from ((files[0], path) for path in _reached(graph, lanes, own, lane))


def _reached(graph: ImportGraph, lanes: Lanes, own: set[str], lane: Lane) -> Iterator[str]:
    """Files of lanes that may not be imported, and are reached by way of others: the first of each lane."""
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
            other = lanes.lane_of(target)
            if other is None or lanes.may_import(lane.name, other.name):
                queue.append(target)
            elif path not in own and other.name not in told:
                told.add(other.name)
                yield target
