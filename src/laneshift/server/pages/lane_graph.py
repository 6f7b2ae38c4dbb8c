"""The lanes as a graph: an arrow for each lane that may be imported, or is in spite of that. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from laneshift.lanes.model import Lane

MOST = 24
"""More lanes than that are not drawn: the table has them."""
_FEW, _BRIEF = 8, 12
_SHORT = 14.0


@dataclass(frozen=True, slots=True)
class Node:
    """A lane on the circle, and where its name stands."""

    name: str
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the lane that imports to the lane that is imported. `count` are its violations, 0 where it is allowed."""

    source: str
    target: str
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Size:
    """How large the drawing is, and the circle in it."""

    width: int
    height: int
    radius: int


SMALL, LARGE = Size(480, 320, 110), Size(720, 480, 180)


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn. Few lanes with brief names are drawn small, so that narrow windows show all of it."""

    size: Size
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def drawn(lanes: Sequence[Lane], broken: Mapping[tuple[str, str], int]) -> Graph | None:
    """The graph of lanes, None for too few or too many. A lane that may import every lane has no arrows for it."""
    if not 1 < len(lanes) <= MOST:
        return None
    size = SMALL if len(lanes) <= _FEW and all(len(lane.name) <= _BRIEF for lane in lanes) else LARGE
    nodes = {lane.name: _node(lane.name, at, len(lanes), size) for at, lane in enumerate(lanes)}
    by_name = {name: lane.name for lane in lanes for name in (lane.name, *lane.aliases)}
    allowed = [
        (lane.name, by_name[name])
        for lane in lanes
        for name in sorted(lane.may_import or ())
        if by_name.get(name, lane.name) != lane.name
    ]
    pairs = [(pair, 0) for pair in dict.fromkeys(allowed)]
    pairs += [(pair, count) for pair, count in sorted(broken.items()) if pair[0] in nodes and pair[1] in nodes]
    arrows = [Arrow(*pair, _path(nodes[pair[0]], nodes[pair[1]], count > 0), count) for pair, count in pairs]
    return Graph(size, tuple(nodes.values()), tuple(arrows))


def _node(name: str, at: int, count: int, size: Size) -> Node:
    angle = 2 * math.pi * at / count - math.pi / 2
    x, y = size.width / 2 + size.radius * math.cos(angle), size.height / 2 + size.radius * math.sin(angle)
    side = math.cos(angle)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    text_y = y + (22 if math.sin(angle) > 0 else -14) if anchor == "middle" else y + 4
    return Node(
        name,
        _short(x),
        _short(y),
        _short(x + (0 if anchor == "middle" else math.copysign(14, side))),
        _short(text_y),
        anchor,
    )


def _path(source: Node, target: Node, bent: bool) -> str:
    """A curve from one circle to the other, bent to one side so that ways there and back are told apart."""
    dx, dy = target.x - source.x, target.y - source.y
    far = math.hypot(dx, dy)
    bend = 0.28 if bent else 0.12
    middle = ((source.x + target.x) / 2 - dy * bend, (source.y + target.y) / 2 + dx * bend)
    ends = [source.x + dx * _SHORT / far, source.y + dy * _SHORT / far]
    ends += [target.x - dx * _SHORT / far, target.y - dy * _SHORT / far]
    begin_x, begin_y, end_x, end_y = (_short(each) for each in ends)
    return f"M{begin_x} {begin_y} Q{_short(middle[0])} {_short(middle[1])} {end_x} {end_y}"


def _short(value: float) -> float:
    return round(value, 1)
