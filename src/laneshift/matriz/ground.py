"""A repository at one tree, warm: everything that is asked of it stays in memory until the tree is another one."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from threading import Lock, RLock
from typing import NamedTuple, TypeVar, cast

from laneshift.code.dotted import is_standard
from laneshift.code.facts import Facts
from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.code.moves import Move, MoveResult, move
from laneshift.code.resolve import Edge
from laneshift.config import Settings, load
from laneshift.errors import Refused
from laneshift.lanes.atlas import Atlas, survey, survey_next
from laneshift.lanes.crossings import Ground as LaneGround
from laneshift.lanes.manifest_text import FILE, Manifest, read
from laneshift.lanes.model import Lane, Lanes, top_folders
from laneshift.lanes.promotion import Candidate, Criterion, criteria
from laneshift.manifests.cycles import circles
from laneshift.matriz.names import Names
from laneshift.repo.ages import change_counts
from laneshift.repo.objects import Repository, Tree

T = TypeVar("T")
_KEPT = 512
_COMMITS = 500


class Place(NamedTuple):
    """Where a name is defined."""

    path: str
    line: int
    kind: str
    name: str


@dataclass(frozen=True)
class Change:
    """What a move would do, as the real engine says."""

    result: MoveResult

    @cached_property
    def origin(self) -> Mapping[str, str]:
        """Path after the move to that before, of what moves."""
        return {new: old for old, new in self.result.relocations.items()}

    @cached_property
    def edits(self) -> Counter[str]:
        """Path before the move to the number of places edited in it."""
        return Counter(self.origin.get(edit.path, edit.path) for edit in self.result.edits)

    @cached_property
    def files(self) -> Mapping[str, int]:
        """As `edits`; moved files count one more."""
        return self.edits + Counter(list(self.result.relocations))


class Ground:
    """One tree and what is known of it. For several threads; equal trees give equal answers."""

    def __init__(self, tree: Tree, index: Index, commit: str = "", before: Ground | None = None) -> None:
        self.tree = tree
        self.index = index
        self.commit = commit
        self.settings: Settings = load(lambda path: tree.read(path) if path in tree else None)
        self._before = before if before is not None and before.settings == self.settings else None
        self._kept: OrderedDict[tuple[str, ...], object] = OrderedDict()
        self._turns: dict[tuple[str, ...], Lock] = {}
        self._lock = RLock()
        self._decoded: dict[str, Facts] = {}

    def warm(self) -> Ground:
        """Read everything that answers need, and itself."""
        _ = self.tree.entries, self.graph.edges, self.names, self.symbols, self.atlas, self.lane_names, self.changes
        _ = self._circles, self.outside
        self.graph.importers("")
        self.names.warm()
        self.graph.importers_below("")
        self._before = None
        return self

    @cached_property
    def graph(self) -> ImportGraph:
        """The imports of every Python file."""
        roots = self.settings.source_roots
        if self._before is not None:
            return self._before.graph.next(self.tree, self.index, roots)
        return ImportGraph.of(self.tree, self.index, roots)

    @cached_property
    def atlas(self) -> Atlas:
        """The imports as lanes see them."""
        if self._before is not None:
            return survey_next(self._before.atlas, self.tree, self.index)
        return survey(self.tree, self.index, self.settings.source_roots)

    @cached_property
    def lanes(self) -> Lanes:
        """The lanes of the tree."""
        return Lanes.of(self.settings.lanes, top_folders(self.tree.entries))

    @cached_property
    def lane_names(self) -> Mapping[str, str]:
        """Path of every Python file to the name of its lane; those outside of all are not there."""
        found = ((path, self.lanes.lane_of(path)) for path in self.graph.resolved)
        return {path: lane.name for path, lane in found if lane is not None}

    @cached_property
    def lane_ground(self) -> LaneGround:
        """What lanes are judged on."""
        return LaneGround(self.atlas, self.lanes)

    @cached_property
    def names(self) -> Names:
        """Everything that a question may mean by a name."""
        outside = {top for found in self.graph.resolved.values() for top in found.outside}
        return Names(self.graph.modules, self.tree.entries, outside)

    @cached_property
    def symbols(self) -> Mapping[str, tuple[Place, ...]]:
        """Name to where it is defined, in the order of the paths: at the top of modules, and public methods."""
        found: dict[str, list[Place]] = {}
        for path, facts in self.index.facts(self.tree).items():
            self._decoded[path] = facts
            for symbol in facts.symbols:
                found.setdefault(symbol.name, []).append(Place(path, symbol.line, symbol.kind, symbol.name))
                for member in symbol.members:
                    place = Place(path, member.line, "method", f"{symbol.name}.{member.name}")
                    found.setdefault(member.name, []).append(place)
        return {name: tuple(sorted(places)) for name, places in found.items()}

    @cached_property
    def changes(self) -> Mapping[str, int]:
        """Path to how many of the last commits changed it; empty where the tree is that of no commit."""
        return change_counts(self.repository, self.commit, _COMMITS) if self.commit else {}

    @cached_property
    def outside(self) -> Mapping[str, tuple[str, ...]]:
        """First part of a name from elsewhere to the paths that import it."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.graph.resolved):
            for top in self.graph.outside(path):
                found.setdefault(top, []).append(path)
        return {top: tuple(paths) for top, paths in found.items()}

    @cached_property
    def _circles(self) -> Mapping[str, tuple[str, ...]]:
        edges: dict[str, set[str]] = {}
        for edge in self.graph.edges:
            if edge.kind == "runtime" and not edge.in_function:
                edges.setdefault(edge.importer, set()).add(edge.imported)
        return {name: circle for circle in circles(edges) for name in circle}

    def circle_of(self, name: str) -> tuple[str, ...]:
        """The modules that import each other in a circle with this one when they are loaded; none without a circle."""
        return self._circles.get(name, ())

    @property
    def repository(self) -> Repository:
        """Whose tree it is."""
        return self.tree.repository

    def facts(self, path: str) -> Facts:
        """What a Python file says. Raises `KeyError` for what is none."""
        found = self._decoded.get(path)
        if found is None:
            found = self._decoded[path] = self.index.facts(self.tree)[path]
        return found

    def line_of_outside(self, path: str, top: str) -> int:
        """The first line of a file that imports something from elsewhere; 0 when none does."""
        own = (one for one in self.facts(path).imports if not one.level and one.module.partition(".")[0] == top)
        return min((one.line for one in own), default=0)

    def lines(self, path: str) -> int:
        """How many lines a file has. Raises `KeyError` for what is no file."""
        return self._once(("lines", path), lambda: self.tree.read(path).count(b"\n") + 1)

    def files_of(self, path: str) -> tuple[str, ...]:
        """The Python files of a module or of a package, by its path or folder."""
        folder = path.removesuffix("/__init__.py")
        if path in self.graph.resolved and folder == path:
            return (path,)
        return tuple(sorted(each for each in self.graph.resolved if each.startswith(f"{folder}/")))

    def files_meant(self, kind: str, path: str) -> tuple[str, ...]:
        """The Python files that a name means: one of a module, which a package with an `__init__` is as well."""
        return (path,) if kind == "module" and path in self.graph.resolved else self.files_of(path)

    def importers(self, name: str) -> tuple[Edge, ...]:
        """The imports of a module by others, by path and line."""
        return self.graph.importers(name)

    def tests_of(self, name: str, most: int = 50) -> tuple[tuple[str, int], ...]:
        """The test files that reach a module by imports, with the distance, nearest first."""

        def found() -> tuple[tuple[str, int], ...]:
            reached = self.graph.reverse_closure([name], limit=4)
            paths = ((self.graph.path(node), distance) for node, distance in reached.items())
            told = [(path, distance) for path, distance in paths if path is not None and self.facts(path).is_test]
            return tuple(sorted(told, key=lambda each: (each[1], each[0]))[:most])

        return self._once(("tests", name, str(most)), found)

    def move(self, src: str, dst: str) -> Change:
        """What the real engine makes of a move. Raises `Refused` where it refuses."""

        made = self.work_out(src, dst)
        if isinstance(made, Refused):
            # A copy: what is kept is told to many, and each raising would add to it where that was.
            raise copy(made)
        return made

    def work_out(self, src: str, dst: str) -> Change | Refused:
        """As `move`, with the refusal as a value, so that it is kept too."""

        def found() -> Change | Refused:
            roots = self.settings.source_roots
            try:
                made = Change(move(self.tree, Move(src, dst), roots=roots, mentions=self.index.mentions))
                # What is reported is looked for when it is first asked for, which takes longer than all before.
                _ = made.result.notices, made.files
            except Refused as refusal:
                return refusal
            else:
                return made

        return self._once(("move", src, dst), found)

    def has_moved(self, src: str, dst: str) -> bool:
        """Whether what `move` makes of this is known already."""
        with self._lock:
            return ("move", src, dst) in self._kept

    def criteria(self, path: str, lane: Lane) -> tuple[Criterion, ...]:
        """What a module needs to enter a lane, and what it has of it. Coverage and lint, which would have to be run,
        are errored where the lane asks for them."""

        def found() -> tuple[Criterion, ...]:
            _, files = self.symbols, self.files_of(path)
            return criteria(Candidate(files, lane, self.lane_ground, self._decoded, self.manifest(files), None, None))

        return self._once(("criteria", path, lane.name), found)

    def manifest(self, files: tuple[str, ...]) -> Manifest | None:
        """The manifest of the nearest folder at or above a module; None for none, or one that cannot be read."""
        folder = files[0].rpartition("/")[0] if files else ""
        while folder:
            place = f"{folder}/{FILE}"
            if place in self.tree:
                return read(self.tree.read(place), place)[0]
            folder = folder.rpartition("/")[0]
        return None

    def is_outside(self, top: str) -> bool:
        """Whether something imports this from elsewhere, or it is of the standard library."""
        return top in self.outside or is_standard(top)

    def _once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """What `make` makes, made once while it is kept; others wait for whoever makes the same."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast("T", self._kept[key])
            turn = self._turns.setdefault(key, Lock())
        with turn:
            with self._lock:
                if key in self._kept:
                    return cast("T", self._kept[key])
            made = make()
            with self._lock:
                self._kept[key] = made
                self._turns.pop(key, None)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return made
