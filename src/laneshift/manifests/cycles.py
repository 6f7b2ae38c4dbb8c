"""Sets of modules that import each other in a circle: the strongly connected components of a graph."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping


def circles(edges: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], ...]:
    """Every set of at least two nodes that all reach each other, each sorted, in the order of their first nodes.

    Tarjan's algorithm with a stack of its own: a chain of imports may be longer than Python can recurse. Nodes that
    are only pointed at are in no circle.
    """
    found: list[tuple[str, ...]] = []
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    is_open: set[str] = set()
    for start in sorted(edges):
        if start in number:
            continue
        trail: list[tuple[str, Iterator[str]]] = [_enter(start, edges, number, low, open_nodes, is_open)]
        while trail:
            node, rest = trail[-1]
            target = next(rest, None)
            if target is None:
                trail.pop()
                if trail:
                    low[trail[-1][0]] = min(low[trail[-1][0]], low[node])
                if low[node] == number[node]:
                    found.append(_closed(node, open_nodes, is_open))
            elif target not in number:
                trail.append(_enter(target, edges, number, low, open_nodes, is_open))
            elif target in is_open:
                low[node] = min(low[node], number[target])
    return tuple(sorted(each for each in found if len(each) > 1))


def _enter(
    node: str,
    edges: Mapping[str, Collection[str]],
    number: dict[str, int],
    low: dict[str, int],
    open_nodes: list[str],
    is_open: set[str],
) -> tuple[str, Iterator[str]]:
    number[node] = low[node] = len(number)
    open_nodes.append(node)
    is_open.add(node)
    return node, iter(sorted(edges.get(node, ())))


def _closed(node: str, open_nodes: list[str], is_open: set[str]) -> tuple[str, ...]:
    at = open_nodes.index(node)
    members = open_nodes[at:]
    del open_nodes[at:]
    is_open.difference_update(members)
    return tuple(sorted(members))
