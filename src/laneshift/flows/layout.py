"""Where the steps of a flow stand in a drawing: in rows by what they need, with few lines that cross. Pure.

The way of Sugiyama: a row for each step by the longest way to it, helpers where a line passes a row, rows in the order
of the middles of their neighbours, and then places as near to these middles as the neighbours in the row let.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SWEEPS = 8
_STEP, _LINE = 1.0, 0.35
"""How much of a row a step takes, and a line that passes."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row, from 0, and how far to the right its middle is, in widths of a step."""

    row: int
    x: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Places by the name of the step; for each step and one that needs it, the places that the line between passes."""

    places: Mapping[str, Place]
    lines: Mapping[tuple[str, str], tuple[Place, ...]]
    rows: int
    width: float


@dataclass(frozen=True, slots=True)
class _Node:
    """A step, or where the line from `source` to `target` passes a row."""

    row: int
    source: str
    target: str = ""

    @property
    def width(self) -> float:
        return _LINE if self.target else _STEP


@dataclass
class _Graph:
    rows: list[list[_Node]]
    above: dict[_Node, list[_Node]] = field(default_factory=dict)
    below: dict[_Node, list[_Node]] = field(default_factory=dict)

    def join(self, upper: _Node, lower: _Node) -> None:
        self.below.setdefault(upper, []).append(lower)
        self.above.setdefault(lower, []).append(upper)


def laid_out(needs: Mapping[str, Sequence[str]]) -> Layout:
    """The layout of steps by what each needs. There is no circle, and every need is a step."""
    row_of = _rows(needs)
    nodes = {name: _Node(row, name) for name, row in row_of.items()}
    graph = _Graph([[] for _ in range(max(row_of.values(), default=-1) + 1)])
    for name in needs:
        graph.rows[row_of[name]].append(nodes[name])
    passed: dict[tuple[str, str], list[_Node]] = {}
    for name, wanted in needs.items():
        for need in dict.fromkeys(wanted):
            passed[need, name] = _joined(graph, nodes[need], nodes[name])
    _order(graph)
    at = _spread(graph)
    least = min((at[node] - node.width / 2 for node in at), default=0.0)
    most = max((at[node] + node.width / 2 for node in at), default=0.0)
    place = {node: Place(node.row, round(x - least, 3)) for node, x in at.items()}
    lines = {pair: tuple(place[node] for node in way) for pair, way in passed.items()}
    return Layout({name: place[node] for name, node in nodes.items()}, lines, len(graph.rows), round(most - least, 3))


def _rows(needs: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    waiting = list(needs)
    while waiting:
        left = [name for name in waiting if any(need not in found for need in needs[name])]
        for name in waiting:
            if name not in left:
                found[name] = max((found[need] + 1 for need in needs[name]), default=0)
        waiting = left
    return found


def _joined(graph: _Graph, upper: _Node, lower: _Node) -> list[_Node]:
    way = [upper]
    for row in range(upper.row + 1, lower.row):
        node = _Node(row, upper.source, lower.source)
        graph.rows[row].append(node)
        way.append(node)
    way.append(lower)
    for upper_end, lower_end in pairwise(way):
        graph.join(upper_end, lower_end)
    return way


def _order(graph: _Graph) -> None:
    """Order every row by the middles of its neighbours, down and up again; the best order that was seen stays."""
    best, fewest = [list(row) for row in graph.rows], _crossings(graph)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in graph.rows if down else reversed(graph.rows):
            near = graph.above if down else graph.below
            number = {node: at for each in graph.rows for at, node in enumerate(each)}
            row.sort(key=lambda node: _mean([number[each] for each in near.get(node, ())], number[node]))
        if (crossings := _crossings(graph)) < fewest:
            best, fewest = [list(row) for row in graph.rows], crossings
    graph.rows[:] = best


def _crossings(graph: _Graph) -> int:
    number = {node: at for each in graph.rows for at, node in enumerate(each)}
    total = 0
    for row in graph.rows:
        ends = [(number[node], number[lower]) for node in row for lower in graph.below.get(node, ())]
        total += sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for at, a in enumerate(ends) for b in ends[at + 1 :])
    return total


def _spread(graph: _Graph) -> dict[_Node, float]:
    """How far to the right each one stands."""
    at: dict[_Node, float] = {}
    for row in graph.rows:
        x = 0.0
        for node in row:
            at[node] = x + node.width / 2
            x += node.width
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for row in graph.rows if down else reversed(graph.rows):
            near = graph.above if down else graph.below
            wanted = [_mean([at[each] for each in near.get(node, ())], at[node]) for node in row]
            at.update(zip(row, _apart(row, wanted), strict=True))
    return at


def _apart(row: Sequence[_Node], wanted: Sequence[float]) -> list[float]:
    """Places as near to the wanted ones as order and widths let: groups that would overlap stand around their mean."""
    groups: list[tuple[float, float, list[_Node]]] = []
    for node, x in zip(row, wanted, strict=True):
        middle, width, members = x, node.width, [node]
        while groups and groups[-1][0] + groups[-1][1] / 2 > middle - width / 2:
            before, before_width, before_members = groups.pop()
            whole = len(before_members) + len(members)
            # Each member pulls alike; that of the right group asks for a place shifted by what stands left of it.
            left_edge = (
                (before - before_width / 2) * len(before_members) + (middle - width / 2 - before_width) * len(members)
            ) / whole
            width, members = before_width + width, before_members + members
            middle = left_edge + width / 2
        groups.append((middle, width, members))
    found = []
    for middle, width, members in groups:
        x = middle - width / 2
        for node in members:
            found.append(x + node.width / 2)
            x += node.width
    return found


def _mean(numbers: Sequence[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
