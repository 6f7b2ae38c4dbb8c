"""Where imports cross into a lane that they may not reach: directly, and by way of lanes and files that may.

A chain counts when each of its imports is allowed by itself and its two ends are not: `serve` may import `core`, `core`
may import `labs`, and `serve` reaches `labs`. A chain over an import that is a violation itself is not counted again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from laneshift.lanes.arrows import Kind
from laneshift.lanes.atlas import Atlas
from laneshift.lanes.model import Lanes


@dataclass(frozen=True, slots=True, order=True)
class Hop:
    """One import of a chain. The line is that of the import in the importing file, 0 for a symlink."""

    importer: str
    imported: str
    line: int
    kind: Kind

    def __str__(self) -> str:
        """Place, target, and what is special about the import."""
        special = "" if self.kind == "static" else f" ({self.kind})"
        return f"{self.importer}:{self.line} -> {self.imported}{special}"


Identity = tuple[str, str, str, str, str]
"""What makes a violation the same after lines moved: how, both lanes, and the import that leaves the first lane."""

_UNRUN = "-type-checking"


@dataclass(frozen=True, slots=True, order=True)
class Crossing:
    """One violation: the lanes at its ends and the imports between them, one for a direct one."""

    from_lane: str
    to_lane: str
    chain: tuple[Hop, ...]

    @property
    def is_direct(self) -> bool:
        """Whether one import alone breaks the rule."""
        return len(self.chain) == 1

    @property
    def kind(self) -> Kind:
        """How it is done: the least plain of its imports decides."""
        kinds = {hop.kind for hop in self.chain}
        plain: tuple[Kind, ...] = ("link", "dynamic", "type-checking")
        return next((kind for kind in plain if kind in kinds), "static")

    @property
    def identity(self) -> Identity:
        """How (`direct` or `indirect`, and whether only for type checkers), the lanes, and the first import."""
        first = self.chain[0]
        runs = all(hop.kind != "type-checking" for hop in self.chain)
        how = ("direct" if self.is_direct else "indirect") + ("" if runs else _UNRUN)
        return how, self.from_lane, self.to_lane, first.importer, first.imported

    @property
    def entering(self) -> tuple[str, str]:
        """The import by which the lane is entered: importer and imported path. Reports are grouped by it."""
        return self.chain[-1].importer, self.chain[-1].imported

    def __str__(self) -> str:
        """One line with the whole chain."""
        way = ", ".join(str(hop) for hop in self.chain)
        verb = "import" if self.is_direct else "reach"
        return f"lane {self.from_lane} may not {verb} lane {self.to_lane}: {way}"


def is_known(identity: Identity, known: Collection[Identity]) -> bool:
    """Whether a violation is among known ones, or is less than one of them: for type checkers what ran before."""
    how, source, target, importer, imported = identity
    return identity in known or (how.removesuffix(_UNRUN), source, target, importer, imported) in known


@dataclass
class Ground:
    """An atlas with the lane of every path, looked up once. Lanes are given by name, None is outside all lanes."""

    atlas: Atlas
    lanes: Lanes
    _known: dict[str, str | None] = field(default_factory=dict)
    _hops: dict[str, tuple[Hop, ...]] = field(default_factory=dict)
    _allowed: dict[tuple[str, str], bool] = field(default_factory=dict)

    def lane(self, path: str) -> str | None:
        """The name of the lane of a path."""
        if path not in self._known:
            found = self.lanes.lane_of(path)
            self._known[path] = None if found is None else found.name
        return self._known[path]

    def allows(self, source: str | None, target: str | None) -> bool:
        """Whether an import from one lane into another is allowed. What is outside all lanes has no rules."""
        if source is None or target is None or source == target:
            return True
        pair = source, target
        if pair not in self._allowed:
            self._allowed[pair] = self.lanes.may_import(source, target)
        return self._allowed[pair]

    def on(self, atlas: Atlas) -> Ground:
        """The same lanes on another atlas."""
        return Ground(atlas, self.lanes, self._known, {}, self._allowed)

    def placed(self, paths: Iterable[str], lane: str) -> Ground:
        """The same atlas as if `paths` lay in the lane of that name."""
        return Ground(self.atlas, self.lanes, self._known | dict.fromkeys(paths, lane), {}, self._allowed)

    def importing(self, path: str) -> tuple[Hop, ...]:
        """The allowed imports of a file, sorted; of two from one file, the one that runs."""
        if path not in self._hops:
            lane = self.lane(path)
            paths = self.atlas.into.get(path, ())
            allowed = sorted(other for other in paths if self.allows(self.lane(other), lane))
            self._hops[path] = tuple(self._hop(other, path) for other in allowed)
        return self._hops[path]

    def _hop(self, importer: str, imported: str) -> Hop:
        arrows = [arrow for arrow in self.atlas.out[importer] if arrow.target == imported]
        arrow = arrows[0] if len(arrows) == 1 else min(arrows, key=lambda one: (one.kind == "type-checking", one.line))
        return Hop(importer, imported, arrow.line, arrow.kind)


@dataclass(frozen=True)
class Standing:
    """The violations of one tree, sorted, and for each pair of lanes the files from which the second is reached."""

    ground: Ground
    found: tuple[Crossing, ...]
    reaching: Mapping[tuple[str, str], frozenset[str]]


def standing(ground: Ground) -> Standing:
    """Every violation of a tree."""
    found = set(direct(ground, ground.atlas.paths))
    reaching = {}
    for source, target, doors in _pairs(ground):
        onward = _onward(ground, source, target, doors)
        reaching[source, target] = frozenset(onward)
        found.update(_leaving(ground, source, target, onward))
    return Standing(ground, tuple(sorted(found)), reaching)


def direct(ground: Ground, paths: Iterable[str]) -> Iterator[Crossing]:
    """The imports of `paths` that break a rule by themselves; one for each target and kind."""
    for path in paths:
        source = ground.lane(path)
        if source is None:
            continue
        for target, line, kind in ground.atlas.out.get(path, ()):
            lane = ground.lane(target)
            if lane is not None and not ground.allows(source, lane):
                yield Crossing(source, lane, (Hop(path, target, line, kind),))


def _pairs(ground: Ground) -> Iterator[tuple[str, str, list[str]]]:
    """Two lanes, the first of which may not import the second, and the files through which others may enter that."""
    doors: dict[str, list[str]] = {}
    inside = set()
    for path in ground.atlas.out:
        if (lane := ground.lane(path)) is not None:
            inside.add(lane)
            if _is_door(ground, path, lane):
                doors.setdefault(lane, []).append(path)
    for target in sorted(doors):
        for source in sorted(lane for lane in inside if not ground.allows(lane, target)):
            yield source, target, sorted(doors[target])


def _is_door(ground: Ground, path: str, lane: str) -> bool:
    """Whether a file is imported from outside its lane, and may be."""
    for importer in ground.atlas.into.get(path, ()):
        other = ground.lane(importer)
        if other != lane and ground.allows(other, lane):
            return True
    return False


def _onward(ground: Ground, source: str, target: str, doors: list[str]) -> dict[str, Hop | None]:
    """The next import on the way to a lane, for every file outside `source` that reaches it by allowed imports.

    Ways at run time go before ways that only a type checker follows.
    """
    onward: dict[str, Hop | None] = dict.fromkeys(doors)
    queue = deque(onward)
    late: deque[Hop] = deque()
    while queue or late:
        if not queue:
            hop = late.popleft()
            if hop.importer not in onward:
                onward[hop.importer] = hop
                queue.append(hop.importer)
            continue
        for hop in ground.importing(queue.popleft()):
            if hop.importer in onward or ground.lane(hop.importer) in (source, target):
                continue
            if hop.kind == "type-checking":
                late.append(hop)
            else:
                onward[hop.importer] = hop
                queue.append(hop.importer)
    return onward


def _leaving(ground: Ground, source: str, target: str, onward: Mapping[str, Hop | None]) -> Iterator[Crossing]:
    """The imports that leave the first lane for a file on the way to the second, each with the shortest way on."""
    for node, hop in onward.items():
        if hop is None:
            continue
        for first in ground.importing(node):
            if ground.lane(first.importer) == source:
                yield Crossing(source, target, (first, *_rest(onward, node)))


def _rest(onward: Mapping[str, Hop | None], node: str) -> Iterator[Hop]:
    while (hop := onward[node]) is not None:
        yield hop
        node = hop.imported
