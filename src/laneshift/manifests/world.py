"""Everything that the manifests of one tree are derived from, gathered once: a pure value of the tree.

Facts come from the index, which gives the answers that the blobs themselves give. Manifests are no part of it, so that
trees which differ in their manifests alone share a world.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

from laneshift.code.facts import Facts
from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.code.parsing import PARSING
from laneshift.config import Settings, load
from laneshift.lanes.model import Lanes, top_folders
from laneshift.manifests.cycles import circles
from laneshift.manifests.declared import declared, for_folder, is_declaring
from laneshift.manifests.discovery import Discovered, discover
from laneshift.manifests.exports import Exports
from laneshift.manifests.kept import KeptSignals
from laneshift.manifests.listed import listed
from laneshift.manifests.signals import Signals
from laneshift.repo.objects import Tree

CONFIGURING = ("laneshift.toml", "pyproject.toml")
"""The files that may hold settings."""
_KEPT = 3


@dataclass(frozen=True, eq=False)
class World:
    """One tree as the generator sees it. Build it with `world_of`."""

    tree: Tree
    index: Index
    settings: Settings
    lanes: Lanes
    graph: ImportGraph
    facts: Mapping[str, Facts]
    signals: KeptSignals
    _alls: dict[str, tuple[tuple[str, ...] | None, frozenset[str]]] = field(default_factory=dict, repr=False)

    @property
    def modules(self) -> Modules:
        """Which module a path is."""
        return self.graph.modules

    @cached_property
    def found(self) -> Discovered:
        """The modules that have a manifest, and those that are refused one."""
        return discover(self.graph.resolved, self.modules, self._imported, self.settings.manifests)

    @cached_property
    def exports(self) -> Exports:
        """What modules offer."""
        return Exports(self.modules, self.facts.__getitem__, self._all_known)

    def signals_of(self, path: str) -> Signals:
        """The signals of one Python file."""
        return self.signals.of(self.tree, path)

    def package_of(self, path: str) -> str:
        """The dotted name of the package that a file is in, or of the file itself where it is in none."""
        return self.modules.package_of(path) or self.modules.by_path.get(path, "")

    @cached_property
    def edges(self) -> Mapping[str, frozenset[str]]:
        """Package to the packages that it imports at run time, by name, without itself."""
        found: dict[str, set[str]] = {}
        for path, resolved in self.graph.resolved.items():
            own = self.package_of(path)
            targets = found.setdefault(own, set()) if own else set()
            for edge in resolved.edges:
                if edge.kind != "type-checking":
                    targets.add(self.package_of(self.modules.by_name[edge.imported]))
        return {own: frozenset(targets - {own, ""}) for own, targets in found.items()}

    @cached_property
    def circles(self) -> Mapping[str, tuple[str, ...]]:
        """Package to the set of packages that it imports in a circle with; absent for one in none."""
        return {name: members for members in circles(self.edges) for name in members}

    @cached_property
    def testers(self) -> Mapping[str, frozenset[str]]:
        """Package to the test files that import something of it by itself."""
        found: dict[str, set[str]] = {}
        for path, resolved in self.graph.resolved.items():
            if not self._is_test(path):
                continue
            for edge in resolved.edges:
                found.setdefault(self.package_of(self.modules.by_name[edge.imported]), set()).add(path)
        return {name: frozenset(paths) for name, paths in found.items()}

    def declared_for(self, folder: str) -> Mapping[str, str]:
        """Canonical name to version specifier of what the project of a folder says it needs."""
        return _nearest(self, folder)

    @cached_property
    def declarations(self) -> Mapping[str, Mapping[str, str]]:
        """Folder of a project to what it says it needs."""
        return declared((path for path in self.index.files(self.tree) if is_declaring(path)), self.tree.read)

    def _imported(self, path: str) -> bool:
        return path in self._imported_paths

    @cached_property
    def _imported_paths(self) -> frozenset[str]:
        by_name = self.modules.by_name
        return frozenset(
            by_name[edge.imported]
            for path, resolved in self.graph.resolved.items()
            for edge in resolved.edges
            if by_name[edge.imported].rpartition("/")[0] != path.rpartition("/")[0] or "/" not in path
        )

    def _is_test(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        return (
            name.startswith("test_")
            or name.endswith("_test.py")
            or (name == "tests.py" and not path.endswith("/__init__.py"))
        )

    def _all_known(self, path: str) -> tuple[str, ...] | None:
        known = self._alls.get(path)
        if known is None:
            with watched() as seen:
                names = self._all_of(path)
            known = self._alls[path] = names, frozenset(seen)
        elif (watching := _SEEN.get()) is not None:
            watching |= known[1]
        return known[0]

    def _all_of(self, path: str) -> tuple[str, ...] | None:
        def lookup(name: str) -> tuple[str, ...] | None:
            source = self._meant(path, name)
            if source is None or source == path:
                return None
            facts = self.facts[source]
            return facts.exports if facts.exports is not None else self.exports.all_of(source)

        return listed(self.tree.read(path), lookup)

    def _meant(self, path: str, name: str) -> str | None:
        """The file whose `__all__` a name means in a file: `module.__all__`, or what was imported from there."""
        module, _, last = name.rpartition(".")
        for one in self.facts[path].imports:
            base = self.modules.package_of(path).split(".")[: None if one.level <= 1 else 1 - one.level]
            origin = ".".join([*base, one.module]).strip(".") if one.level else one.module
            if one.names is None and last == "__all__" and (one.alias or one.module) == module:
                return self.modules.by_name.get(origin)
            for taken, alias in one.names or ():
                if taken == "__all__" and (alias or taken) == name:
                    return self.modules.by_name.get(origin)
                if last == "__all__" and (alias or taken) == module:
                    return self.modules.by_name.get(f"{origin}.{taken}")
        return None


_SEEN: ContextVar[set[str] | None] = ContextVar("seen", default=None)


@contextmanager
def watched() -> Iterator[set[str]]:
    """The files whose facts are asked for in the block, by path."""
    seen: set[str] = set()
    outer, token = _SEEN.get(), _SEEN.set(seen)
    try:
        yield seen
    finally:
        _SEEN.reset(token)
        if outer is not None:
            outer |= seen


def world_of(tree: Tree, index: Index | None = None) -> World:
    """The world of a tree; that of the last few trees is kept. Raises `Refused` for settings that cannot be read."""
    key = _key(tree)
    with _LOCK:
        known = _WORLDS.get(key)
    if known is None:
        known = _gathered(tree, index or Index.open(tree.repository))
        with _LOCK:
            _WORLDS[key] = known
            while len(_WORLDS) > _KEPT:
                _WORLDS.pop(next(iter(_WORLDS)))
    return known


_WORLDS: dict[tuple[Any, ...], World] = {}
_LOCK = Lock()


def settings_in(tree: Tree) -> Settings:
    """The settings that a tree carries. Raises `Refused` for settings that cannot be read."""
    return load(lambda path: tree.read(path) if path in tree else None)


def _gathered(tree: Tree, index: Index) -> World:
    settings = settings_in(tree)
    paths = () if settings.lanes else (path for path, _ in tree.below(""))
    lanes = Lanes.of(settings.lanes, top_folders(paths))
    with PARSING:
        graph = ImportGraph.of(tree, index, settings.source_roots)
        return World(tree, index, settings, lanes, graph, Remembered(index.facts(tree)), KeptSignals(tree.repository))


def _key(tree: Tree) -> tuple[Any, ...]:
    """The repository, and a digest of every file that a world is made from."""
    digest = hashlib.sha256()
    for path, entry in tree.below(""):
        if path.endswith(".py") or path in CONFIGURING or is_declaring(path):
            digest.update(f"{path}\0{entry.mode:o}\0{entry.oid}\0".encode("utf-8", "surrogateescape"))
    return str(tree.repository.common_dir), digest.hexdigest()


@lru_cache(maxsize=1 << 12)
def _nearest(world: World, folder: str) -> Mapping[str, str]:
    return for_folder(folder, world.declarations)


class Remembered(Mapping[str, Facts]):
    """Facts by path, each decoded once: many modules ask for those that many import from."""

    def __init__(self, facts: Mapping[str, Facts]) -> None:
        self._facts = facts
        self._known: dict[str, Facts] = {}

    def __getitem__(self, path: str) -> Facts:
        watching = _SEEN.get()
        if watching is not None:
            watching.add(path)
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._facts[path]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)
