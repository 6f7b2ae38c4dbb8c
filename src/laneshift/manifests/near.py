"""Manifests of a tree that differs in few files from one whose manifests are all right: only what may differ is worked
out, and the answer is that of `generating.generate`.

What a manifest says of other modules (who imports whom, circles, tests) follows from the imports alone, and which
module an import means from the paths alone. So where every Python file is still there and imports the same modules,
those fields are what they were; the others rest on the facts of the module's own files, and of files that were noted.
Anything else is not near.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from laneshift.code.facts import Facts, Links
from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.code.resolve import Resolved, Resolver
from laneshift.errors import Refused
from laneshift.lanes.model import Lanes, top_folders
from laneshift.manifests.declared import is_declaring
from laneshift.manifests.document import NotReadableError, read
from laneshift.manifests.fields import Key
from laneshift.manifests.generating import Generated, regenerated
from laneshift.manifests.kept import KeptSignals
from laneshift.manifests.merging import at
from laneshift.manifests.near_kept import Near
from laneshift.manifests.told import Rejected
from laneshift.manifests.world import CONFIGURING, Remembered, World, settings_in
from laneshift.repo.differences import few_differences
from laneshift.repo.objects import Entry, Tree
from laneshift.repo.tree_listing import list_by_git

_MOST = 200
_OF_OTHERS: tuple[Key, ...] = (
    ("dependencies", "internal"),
    ("dependencies", "circular_dependencies"),
    ("testing", "has_tests"),
    ("testing", "test_paths"),
)


def generate_near(tree: Tree, near: Near, index: Index) -> Generated | None:
    """All manifests of `tree`; None where it is not near to the tree that was noted. Raises as `generate` does."""
    before = Tree(tree.repository, near.tree)
    try:
        changes = few_differences(tree.repository.folders, before.oid, tree.oid, _MOST)
    except Refused:
        return None  # git has dropped the tree that was noted
    if changes is None or not all(_is_minor(path, *entries) for path, entries in changes.items()):
        return None
    python = [path for path in changes if path.endswith(".py")]
    list_by_git(tree)
    world, resolver = _world(tree, index)
    for path in python:
        was = resolver.resolve(path, index.facts_of(before.read(path)).links)
        if _targets(was) != _targets(world.graph.resolved[path]):
            return None
    wanted = {manifest for path in python for manifest in near.consulted.get(path, ())}
    wanted |= {unit.manifest for unit in near.units if not changes.keys().isdisjoint((unit.manifest, *unit.files))}
    return _generated(world, tree, before, near, wanted)


def _generated(world: World, tree: Tree, before: Tree, near: Near, wanted: set[str]) -> Generated:
    written: dict[str, bytes] = {}
    failed = []
    for unit in near.units:
        if unit.manifest not in wanted:
            continue
        was = read(before.read(unit.manifest))
        try:
            data = regenerated(world, tree, unit, {key: at(was, key) for key in _OF_OTHERS})
        except NotReadableError as error:
            failed.append(Rejected(unit.manifest, str(error)))
            continue
        if data is not None:
            written[unit.manifest] = data
    world.signals.write()
    changed = {*written, *(each.path for each in failed)}
    same = tuple(unit.manifest for unit in near.units if unit.manifest not in changed)
    return Generated(near.units, written, same, tuple(failed), near.rejected)


def _is_minor(path: str, old: Entry | None, new: Entry | None) -> bool:
    """Whether a change leaves alone which modules there are, what the settings say and what projects declare."""
    if path in CONFIGURING or is_declaring(path):
        return False
    return not path.endswith(".py") or (old is not None and new is not None and old.is_regular and new.is_regular)


def _targets(resolved: Resolved) -> frozenset[tuple[str, bool]]:
    return frozenset((edge.imported, edge.kind == "type-checking") for edge in resolved.edges)


def _world(tree: Tree, index: Index) -> tuple[World, Resolver]:
    """As `world_of`, with imports resolved only for the files that are asked about; and what resolves them."""
    settings = settings_in(tree)
    facts = index.facts(tree)
    modules = Modules.of(facts, settings.source_roots)
    lanes = Lanes.of(settings.lanes, top_folders(() if settings.lanes else facts))
    links = _Links(facts)
    resolver = Resolver(modules, links.__getitem__)
    graph = ImportGraph(modules, index.files(tree), links, _Resolving(links, resolver))
    world = _Alone(tree, index, settings, lanes, graph, Remembered(facts), KeptSignals(tree.repository))
    return world, resolver


class _Links(Mapping[str, Links]):
    """The links alone of the facts of a tree."""

    def __init__(self, facts: Mapping[str, Facts]) -> None:
        self._facts = facts

    def __getitem__(self, path: str) -> Links:
        return self._facts[path].links

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


class _Alone(World):
    """A world that leaves unsaid what only all files together tell."""

    @cached_property
    def edges(self) -> Mapping[str, frozenset[str]]:
        return {}

    @cached_property
    def circles(self) -> Mapping[str, tuple[str, ...]]:
        return {}

    @cached_property
    def testers(self) -> Mapping[str, frozenset[str]]:
        return {}


class _Resolving(Mapping[str, Resolved]):
    """The imports of files, each resolved when it is asked for."""

    def __init__(self, links: Mapping[str, Links], resolver: Resolver) -> None:
        self._links = links
        self._resolver = resolver

    def __getitem__(self, path: str) -> Resolved:
        return self._resolver.resolve(path, self._links[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self._links)

    def __len__(self) -> int:
        return len(self._links)
