"""The shortest chains of imports between two places, for each kind of import apart."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping

from laneshift.errors import Refused
from laneshift.lanes.arrows import Kind
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.crossings import Hop
from laneshift.lanes.model import Lanes

_WAYS: Mapping[str, tuple[Kind, ...]] = {
    "static": ("static", "link"),
    "dynamic": ("static", "link", "dynamic"),
    "type-checking": ("static", "link", "dynamic", "type-checking"),
}
"""What may be on a chain of each kind, from the plainest on. A chain counts for the plainest kind that allows it."""


def explain(atlas: Atlas, lanes: Lanes, start: str, goal: str) -> Mapping[str, tuple[Hop, ...]]:
    """Kind of chain to the shortest one of it, from `start` to `goal`; a kind is left out that adds nothing.

    Both are paths of files or folders, dotted names of modules or packages, or names of lanes. Raises `Refused`
    (`lanes.no-such-place`) for what is none of these, and `lanes.same-place` when they share a file.
    """
    sources, goals = places(atlas, lanes, start), places(atlas, lanes, goal)
    if sources & goals:
        raise Refused("lanes.same-place", f"{start!r} and {goal!r} have files in common", cure="name two places apart")
    found: dict[str, tuple[Hop, ...]] = {}
    for kind, allowed in _WAYS.items():
        chain = shortest(atlas, sources, goals, allowed)
        if chain and (kind == "static" or any(hop.kind == kind for hop in chain)):
            found[kind] = chain
    return found


def places(atlas: Atlas, lanes: Lanes, name: str) -> frozenset[str]:
    """The Python paths that a path, a dotted name or the name of a lane means."""
    plain = name.rstrip("/")
    found = frozenset(path for path in atlas.out if path == plain or path.startswith(f"{plain}/"))
    if not found and (lane := lanes.get(name)) is not None:
        found = frozenset(path for path in atlas.out if lanes.lane_of(path) is lane)
    if not found:
        named = atlas.modules.by_path.items()
        found = frozenset(path for path, module in named if module == name or module.startswith(f"{name}."))
    if not found:
        raise Refused(
            "lanes.no-such-place",
            f"{name!r} is no Python file, folder, module or lane of this tree",
            where=atlas.tree.oid,
            cure="name a path, a dotted module or a lane",
        )
    return found


def shortest(atlas: Atlas, sources: Iterable[str], goals: frozenset[str], allowed: Collection[Kind]) -> tuple[Hop, ...]:
    """The fewest imports of the allowed kinds from one of `sources` to one of `goals`; empty when there is no way."""
    came: dict[str, Hop | None] = dict.fromkeys(sorted(sources))
    queue = deque(came)
    while queue:
        node = queue.popleft()
        if node in goals:
            return tuple(_back(came, node))[::-1]
        for arrow in atlas.out.get(node, ()):
            if arrow.target not in came and arrow.kind in allowed:
                came[arrow.target] = Hop(node, arrow.target, arrow.line, arrow.kind)
                queue.append(arrow.target)
    return ()


def _back(came: Mapping[str, Hop | None], node: str) -> Iterator[Hop]:
    while (hop := came[node]) is not None:
        yield hop
        node = hop.importer
