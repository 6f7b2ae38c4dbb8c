"""The dream itself: each item alone, then path by path imagine, expand, critique, and again while that helps."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from laneshift.code.codemods.records import REGENERATE
from laneshift.errors import Fault, Refused
from laneshift.evidence.canonical import digest
from laneshift.landing.culprits import Culprits
from laneshift.landing.looked import held_for
from laneshift.runs.dreaming.apart import apart
from laneshift.runs.dreaming.asking import (
    MOST_DEPTH,
    MOST_PATHS,
    MOST_SEED,
    RISKS,
    USUAL_DEPTH,
    USUAL_PATHS,
    Constraints,
    number_faults,
    refused,
)
from laneshift.runs.dreaming.critique import Critique, advice, boards, criticised
from laneshift.runs.dreaming.expanding import Expander, Expansion
from laneshift.runs.dreaming.imagining import Imagined, Known, constrained, constraint_faults, ways
from laneshift.runs.dreaming.load import Load
from laneshift.runs.dreaming.model import Dream, End, Node, Path
from laneshift.runs.dreaming.scene import Scene, Wish, scene_of
from laneshift.runs.dreaming.solo import Solo, Soloist
from laneshift.runs.plan import PlannedItem
from laneshift.runs.workshop import Workshop

MOST_SECONDS = 300.0
MOST_EXPANSIONS = 10_000
_NEVER: Callable[[], bool] = bool
_WHERE = "constraints"


class _Ended(Exception):
    """The dream is not to go on."""

    def __init__(self, end: End) -> None:
        super().__init__(end.value)
        self.end = end


@dataclass
class _Breath:
    """Asked before every expansion whether to go on. `done` counts them."""

    cancelled: Callable[[], bool]
    heard: Callable[[int], None]
    until: float
    done: int = 0

    def draw(self) -> None:
        """Raises `_Ended` where it is time to stop."""
        if self.cancelled():
            raise _Ended(End.CANCELLED)
        if time.monotonic() > self.until:
            raise _Ended(End.OUT_OF_TIME)
        self.heard(self.done)
        self.done += 1


def _hear_nothing(_done: int) -> None:
    """For who does not ask how far a dream is."""


def dream(
    shop: Workshop,
    wish: Wish,
    *,
    paths: int = USUAL_PATHS,
    depth: int = USUAL_DEPTH,
    seed: int = 0,
    constraints: Constraints | None = None,
    cancelled: Callable[[], bool] = _NEVER,
    heard: Callable[[int], None] = _hear_nothing,
    seconds: float = MOST_SECONDS,
) -> Dream:
    """What would happen. Nothing of the repository changes: objects are made in a temporary folder.

    `cancelled` is asked before every expansion of an item, `heard` told how many there were; after `seconds` the dream
    ends with the paths that it has. Raises `Refused` with every fault of what is asked for, and as `scene_of` does.
    """
    limits = constraints or Constraints()
    _refuse_bounds(paths, depth, seed)
    breath = _Breath(cancelled, heard, time.monotonic() + seconds)
    shop.index.refresh(shop.repository.tree(wish.base))
    with apart(shop) as own:
        scene = scene_of(own, wish)
        faults = constraint_faults(limits, (item.id for item in scene.items), _WHERE)
        if faults:
            raise refused(faults, _WHERE)
        _refuse_size(len(scene.items) * paths * depth)
        told = _wish(shop.tool, scene, {"num_paths": paths, "depth": depth, "seed": seed}, limits)
        return _Dreamer(own, scene, limits, breath).dreamt(told, paths, depth, seed)


class _Dreamer:
    """Dreams one dream."""

    def __init__(self, shop: Workshop, scene: Scene, limits: Constraints, breath: _Breath) -> None:
        self._scene = scene
        self._limits = limits
        self._breath = breath
        self._soloist = Soloist(shop, scene)
        self._expander = Expander(shop, scene, self._soloist.parts)
        self._items = {item.id: item for item in scene.items}
        self._solos: dict[str, Solo] = {}
        self._known: list[Known] = []
        self._load = Load.of(scene, shop.index.facts(scene.onto))

    def dreamt(self, wish: Mapping[str, Any], paths: int, depth: int, seed: int) -> Dream:
        found: list[Path] = []
        end = End.COMPLETE
        try:
            for item in self._scene.items:
                self._breath.draw()
                self._solos[item.id] = self._soloist.try_alone(item)
            self._known = [_known(item, self._solos[item.id]) for item in self._scene.items]
            for number, way in enumerate(ways(self._known, self._limits, paths, seed), 1):
                found.append(self._followed(f"path-{number}", way, depth))
        except _Ended as ended:
            end = ended.end
        if end is End.COMPLETE and not found:
            raise Refused("dream.nothing", "the constraints leave nothing to land", where=_WHERE)
        return Dream(end, wish, tuple(solo.as_json() for solo in self._solos.values()), tuple(found))

    def _followed(self, name: str, first: Imagined, depth: int) -> Path:
        """One path: rounds until nothing gets better, or the depth is reached."""
        way: Imagined | None = first
        fronted: frozenset[str] = frozenset()
        trace: list[Node] = []
        rounds: list[tuple[Imagined, Critique, list[Expansion]]] = []
        while way is not None and len(rounds) < depth and way.order not in [each[0].order for each in rounds]:
            expansions = self._expanded(boards(way, self._solos))
            left, held = self._held(expansions)
            critique = criticised(way, self._solos, expansions, left, held)
            rounds.append((way, critique, left))
            then, fronted = advice(way, critique, fronted)
            then = None if then is None else constrained(then, self._known, self._limits)
            way_next = then if then is not None and then.order else None
            trace += self._nodes(f"{name}/round-{len(rounds)}", way, expansions, critique, trace, way_next)
            way = way_next
        at = min(range(len(rounds)), key=lambda number: rounds[number][1].value)
        return self._path(name, rounds[at], len(rounds), trace)

    def _expanded(self, names: Sequence[str]) -> list[Expansion]:
        tree, found = self._scene.onto.oid, []
        for name in names:
            self._breath.draw()
            expansion = self._expander.expand(tree, self._items[name])
            tree = expansion.tree
            found.append(expansion)
        return found

    def _held(self, expansions: list[Expansion]) -> tuple[list[Expansion], list[Culprits]]:
        """What goes on of a train, and what its landing holds since the combined tree would break lanes or imports."""
        names = tuple(each.item for each in expansions)
        trains = {names: expansions}

        def train(some: Sequence[str]) -> list[Expansion]:
            key = tuple(some)
            if key not in trains:
                trains[key] = self._expanded(key)
            return trains[key]

        def coupled(some: Sequence[str]) -> list[str]:
            return [each.item for each in train(some) if not each.conflict]

        held = list(held_for(names, coupled, lambda some: self._expander.faults(train(some))))
        if not held:
            return expansions, held
        gone = {found.members[-1] for found in held}
        refused = [replace(each, tree=self._scene.onto.oid) for each in expansions if each.conflict]
        return [*refused, *train([name for name in coupled(names) if name not in gone])], held

    def _path(
        self, name: str, best: tuple[Imagined, Critique, list[Expansion]], rounds: int, trace: Sequence[Node]
    ) -> Path:
        way, critique, expansions = best
        last = expansions[-1].tree if expansions else self._scene.onto.oid
        tree, manifests = self._expander.closed(last, [each.renames or {} for each in expansions if not each.conflict])
        outcome = {
            **critique.as_json(),
            "tree": tree,
            "regenerated": list(manifests),
            "files": len({edit.path for each in expansions for edit in each.files}),
            "edits": sum(edit.edits for each in expansions for edit in each.files),
            "test_load": self._load.of_items([self._solos[item] for item in critique.lands]),
            "risk": _risk([self._solos[item] for item in critique.lands]),
        }
        edits = tuple(each.as_json() for each in expansions)
        value = critique.value
        return Path(name, way.strategy, way.order, way.left_out, rounds, value, outcome, edits, tuple(trace))

    def _nodes(
        self,
        name: str,
        way: Imagined,
        expansions: Sequence[Expansion],
        critique: Critique,
        before: Sequence[Node],
        then: Imagined | None,
    ) -> list[Node]:
        onto = self._scene.onto.oid
        out = tuple(f"{item} is left out: {why}" for item, why in way.left_out)
        parents = (before[-1].id,) if before else ()
        known = digest([each.id for each in self._known])
        order = {"strategy": way.strategy, "order": list(way.order)}
        imagine = Node(f"{name}/imagine", "imagine", parents, known, order, out)
        trees = [{"item": each.item, "tree": each.tree, "conflict": each.conflict} for each in expansions]
        fine = (f"{sum(not each.conflict for each in expansions)} of {len(expansions)} item(s) apply in this order",)
        asked = digest({"onto": onto, "order": list(way.order)})
        expand = Node(f"{name}/expand", "expand", (imagine.id,), asked, {"onto": onto, "items": trees}, fine)
        outputs = {**critique.as_json(), "next": None if then is None else list(then.order)}
        said = critique.remarks() or ("every item that boards lands, and no lane is broken",)
        thought = digest([each.as_json() for each in expansions])
        return [imagine, expand, Node(f"{name}/critique", "critique", (expand.id,), thought, outputs, said)]


def _refuse_bounds(paths: int, depth: int, seed: int) -> None:
    faults = [
        *number_faults(paths, 1, MOST_PATHS, "num_paths"),
        *number_faults(depth, 1, MOST_DEPTH, "depth"),
        *number_faults(seed, 0, MOST_SEED, "seed"),
    ]
    if faults:
        raise refused(faults, "dream")


def _refuse_size(expansions: int) -> None:
    if expansions > MOST_EXPANSIONS:
        what = f"this may take {expansions} expansions; items times paths times depth are {MOST_EXPANSIONS} at most"
        raise refused([Fault("dream.out-of-bounds", "dream", what, "ask for fewer paths, or fewer rounds")], "dream")


def _wish(tool: str, scene: Scene, numbers: Mapping[str, int], limits: Constraints) -> dict[str, Any]:
    """What the dream follows from, and nothing else."""
    return {
        "tool": tool,
        "base": scene.base,
        "tree": scene.tree.oid,
        "onto": scene.onto.oid,
        "items": [_told(item) for item in scene.items],
        "constraints": limits.as_json(),
        **numbers,
    }


def _told(item: PlannedItem) -> dict[str, Any]:
    return {"id": item.id, "module": item.module, "lane": item.lane, **item.intent.as_json()}


def _known(item: PlannedItem, solo: Solo) -> Known:
    codemod = item.intent.codemod
    closing = codemod is not None and codemod.name == REGENERATE
    word = solo.risk if solo.risk in RISKS else RISKS[-1]
    return Known(item.id, solo.danger, word, solo.edits, len(solo.notices), closing)


def _risk(solos: Sequence[Solo]) -> dict[str, Any]:
    words = {word: sum(solo.risk == word for solo in solos) for word in RISKS}
    worst = max(solos, key=lambda solo: solo.danger, default=None)
    return {**words, "highest": worst.danger if worst else None, "riskiest": worst.item if worst else None}
