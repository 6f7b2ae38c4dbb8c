"""Circles in an import graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from laneshift.code.graph import ImportGraph
from laneshift.code.resolve import Edge


def cycles(graph: ImportGraph, follow: Callable[[Edge], bool] | None = None) -> tuple[tuple[str, ...], ...]:
    """Every set of modules that import each other in a circle, each sorted, in the order of their first members."""
    found = (sorted(group) for group in _components(graph, follow))
    return tuple(sorted(tuple(group) for group in found if len(group) > 1))


def _components(graph: ImportGraph, follow: Callable[[Edge], bool] | None) -> Iterator[list[str]]:
    """Strongly connected components, by Tarjan's algorithm with an explicit stack: import chains run deep."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    trail: list[str] = []
    on_trail: set[str] = set()
    for root in graph.nodes:
        if root in number:
            continue
        work = [(root, _next_nodes(graph, root, follow))]
        number[root] = lowest[root] = len(number)
        trail.append(root)
        on_trail.add(root)
        while work:
            node, following = work[-1]
            child = next(following, None)
            if child is None:
                work.pop()
                if work:
                    above = work[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == number[node]:
                    yield _cut(trail, on_trail, node)
            elif child not in number:
                number[child] = lowest[child] = len(number)
                trail.append(child)
                on_trail.add(child)
                work.append((child, _next_nodes(graph, child, follow)))
            elif child in on_trail:
                lowest[node] = min(lowest[node], number[child])


def _next_nodes(graph: ImportGraph, node: str, follow: Callable[[Edge], bool] | None) -> Iterator[str]:
    return (edge.imported for edge in graph.imports(node) if follow is None or follow(edge))


def _cut(trail: list[str], on_trail: set[str], node: str) -> list[str]:
    at = trail.index(node)
    group = trail[at:]
    del trail[at:]
    on_trail.difference_update(group)
    return group
