"""What the tree, its import graph and its history say about the modules of one lane. Reads, and judges nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from laneshift import config
from laneshift.code.dotted import is_standard
from laneshift.code.facts import Facts
from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.lanes.model import Lane, Lanes
from laneshift.manifests.inventory.docstrings import documented
from laneshift.manifests.inventory.records import NO_LANE, LeftOut, ModuleFacts, Survey
from laneshift.manifests.inventory.roles import is_aside, is_test, unfit
from laneshift.repo.objects import Tree

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class History:
    """When files were last changed, and when the commit was made that the inventory is about: Unix seconds."""

    made: int
    changed: Mapping[str, int]

    def days(self, path: str) -> int:
        """Whole days since the file's last change; 0 for one that history does not know, or knows from the future."""
        return max(0, self.made - self.changed.get(path, self.made)) // _DAY


@dataclass(frozen=True)
class _Ground:
    tree: Tree
    facts: Mapping[str, Facts]
    graph: ImportGraph
    lane_names: Mapping[str, str]
    named: Mapping[str, tuple[str, ...]]
    history: History


def survey(
    tree: Tree, index: Index, settings: config.Settings, lanes: Lanes, lane: Lane, history: Callable[[], History]
) -> Survey:
    """Look at every Python file of `lane`. `history` is asked once, when the rest is known."""
    graph = ImportGraph.of(tree, index, settings.source_roots)
    facts = index.facts(tree)
    known = {path: found.name if (found := lanes.lane_of(path)) else NO_LANE for path in facts}
    fit, left_out = _parted(facts, known, graph, settings, lane)
    ground = _Ground(tree, facts, graph, known, _named_tests(facts), history())
    return Survey(
        tree=tree.oid,
        modules=tuple(_module(path, name, ground) for path, name in fit),
        left_out=tuple(left_out),
        paths=frozenset(path for path, _ in tree.below("")),
        roots=graph.modules.roots,
        code=Counter(name for path, name in known.items() if not is_aside(path)),
        files=Counter(known.values()),
    )


def _parted(
    facts: Mapping[str, Facts],
    known: Mapping[str, str],
    graph: ImportGraph,
    settings: config.Settings,
    lane: Lane,
) -> tuple[list[tuple[str, str]], list[LeftOut]]:
    """Path and module of what may be promoted, and the rest of the lane with reasons."""
    fit, left_out = [], []
    for path in sorted(path for path, name in known.items() if name == lane.name):
        module = graph.modules.by_path.get(path)
        reason = unfit(path, module, facts[path], settings)
        if module is None or reason:
            left_out.append(LeftOut(path, reason or "no import could name it"))
        elif graph.node(path) != module:
            left_out.append(LeftOut(path, "another file goes first under its name"))
        else:
            fit.append((path, module))
    return fit, left_out


def _module(path: str, module: str, ground: _Ground) -> ModuleFacts:
    facts, graph = ground.facts[path], ground.graph
    resolved = graph.resolved[path]
    from_paths = {edge.path for edge in graph.importers(module)} - {path}
    tests = {each for each in from_paths if is_test(each)} | _tests_named_for(path, module, ground)
    found, possible = documented(ground.tree.read(path))
    imported = {graph.modules.by_name[edge.imported]: edge.imported for edge in resolved.edges}
    bare = ModuleFacts(path, module, facts.lines, facts.classes, facts.functions, found, possible)
    return replace(
        bare,
        tests=tuple(sorted(tests)),
        importers=_with_lanes(((each, each) for each in from_paths - tests), ground.lane_names),
        imports=_with_lanes(imported.items(), ground.lane_names),
        relative=sum(1 for one in facts.imports if one.level),
        unresolved=tuple(sorted(resolved.unresolved)),
        outside=tuple(sorted(top for top in resolved.outside if not is_standard(top))),
        effects=len(facts.effects),
        is_open=facts.links.is_open,
        age_days=ground.history.days(path),
    )


def _with_lanes(found: Iterable[tuple[str, str]], lane_names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Name of the lane of each path, and what is paired with the path."""
    return tuple(sorted((lane_names.get(path, NO_LANE), name) for path, name in found))


def _named_tests(facts: Mapping[str, Facts]) -> Mapping[str, tuple[str, ...]]:
    """The test files by what they are named for: `rank` for `test_rank.py` and `rank_test.py`."""
    found: dict[str, list[str]] = {}
    for path in facts:
        stem = path.rpartition("/")[2].removesuffix(".py")
        if is_test(path) and (name := stem.removeprefix("test_").removesuffix("_test")) != stem:
            found.setdefault(name, []).append(path)
    return {name: tuple(sorted(paths)) for name, paths in found.items()}


def _tests_named_for(path: str, module: str, ground: _Ground) -> set[str]:
    """Tests with the module's name, alone or after its package's, that import something of its package."""
    package, _, stem = module.rpartition(".")
    names = (stem, f"{package.rpartition('.')[2]}_{stem}") if package else (stem,)
    found = {test for name in names for test in ground.named.get(name, ())}
    inside = package or module
    return {
        test
        for test in found - {path}
        if any(f"{edge.imported}.".startswith(f"{inside}.") for edge in ground.graph.resolved[test].edges)
    }
