"""The import graph of one tree, and of the next one at the price of what changed.

Nodes are dotted names; a file that has no name of its own is a node under its path. Every import is resolved against
the tree itself. A repository may hold thousands of imports that do not resolve: callers compare two graphs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from laneshift.code.dotted import parents
from laneshift.code.facts import Links
from laneshift.code.index import Index
from laneshift.code.modules import Modules
from laneshift.code.resolve import Edge, Resolved, Resolver
from laneshift.repo.objects import Tree


class ImportGraph:
    """The resolved imports of every Python file of a tree. Immutable."""

    def __init__(
        self, modules: Modules, files: Mapping[str, bytes], links: Mapping[str, Links], resolved: Mapping[str, Resolved]
    ) -> None:
        self.modules = modules
        self.resolved = resolved
        self._files = files
        self._links = links

    @classmethod
    def of(cls, tree: Tree, index: Index, roots: Iterable[str] = ()) -> ImportGraph:
        """The graph of `tree`. `roots` are the configured source roots; without any they are found from the tree."""
        links = index.links(tree)
        modules = Modules.of(links, roots)
        own, offered = _once(links)
        resolver = Resolver(modules, offered)
        return cls(modules, index.files(tree), links, {path: resolver.resolve(path, own(path)) for path in links})

    def next(self, tree: Tree, index: Index, roots: Iterable[str] = ()) -> ImportGraph:
        """The graph of another tree of the same repository, equal to `of`, resolving again only what may differ."""
        links = index.links(tree)
        files = index.files(tree)
        modules = self.modules if links.keys() == self.resolved.keys() and not roots else Modules.of(links, roots)
        if modules.roots != self.modules.roots:
            return ImportGraph.of(tree, index, roots)
        own, offered = _once(links)
        stale = {path for path in links if files[path] != self._files.get(path)}
        for name in self._changed_names(modules, files, offered):
            stale.update(self._consulting.get(name, ()))
        resolver = Resolver(modules, offered)
        resolved = {path: resolver.resolve(path, own(path)) if path in stale else self.resolved[path] for path in links}
        return ImportGraph(modules, files, links, resolved)

    def node(self, path: str) -> str:
        """The node of a file: its dotted name, or its path."""
        return Resolver(self.modules, self._links.__getitem__).node(path)

    def path(self, node: str) -> str | None:
        """The file of a node; None when there is no such node."""
        return self.modules.by_name.get(node) or (node if node in self.resolved else None)

    @cached_property
    def nodes(self) -> Mapping[str, str]:
        """Every node with its path, in the order of the paths."""
        resolver = Resolver(self.modules, self._links.__getitem__)
        return {resolver.node(path): path for path in self.resolved}

    @cached_property
    def load_orders(self) -> dict[str, Mapping[str, int]]:
        """What `code.loading` has worked out for this graph."""
        return {}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """Every import between modules of the tree, ordered by importing path and line."""
        return tuple(edge for path in sorted(self.resolved) for edge in self.resolved[path].edges)

    @cached_property
    def unresolved(self) -> frozenset[tuple[str, str]]:
        """Path and dotted name of every import that ought to be in this tree and is not."""
        return frozenset((path, name) for path, found in self.resolved.items() for name in found.unresolved)

    def outside(self, path: str) -> frozenset[str]:
        """The first parts of what a file imports from outside the tree, standard library included."""
        return self.resolved[path].outside

    def imports(self, module: str) -> tuple[Edge, ...]:
        """The edges out of one node; none for a node that does not exist."""
        path = self.path(module)
        return () if path is None else self.resolved[path].edges

    def importers(self, module: str) -> tuple[Edge, ...]:
        """The edges into one node, ordered by path and line."""
        return self._into.get(module, ())

    def reverse_closure(self, modules: Iterable[str], limit: int | None = None) -> Mapping[str, int]:
        """Every node that reaches one of `modules`, with the number of imports on the shortest way, at most `limit`.

        The modules themselves are there with distance 0.
        """
        distance = dict.fromkeys(sorted(set(modules)), 0)
        queue = deque(distance)
        while queue:
            node = queue.popleft()
            if limit is not None and distance[node] >= limit:
                continue
            for edge in self.importers(node):
                if edge.importer not in distance:
                    distance[edge.importer] = distance[node] + 1
                    queue.append(edge.importer)
        return distance

    def importers_below(self, package: str) -> tuple[str, ...]:
        """The nodes that import something inside a package, and so run the package's `__init__` first, sorted."""
        return tuple(sorted(self._below.get(package, ())))

    def files_below(self, folder: str) -> Iterator[str]:
        """The paths of the Python files in a folder and below; the empty folder is the root of the tree."""
        prefix = f"{folder}/" if folder else ""
        return (path for path in self.resolved if path.startswith(prefix))

    def files_named(self, name: str) -> tuple[str, ...]:
        """The paths of the Python files with this last part."""
        return self._by_last_part.get(name, ())

    @cached_property
    def _below(self) -> Mapping[str, set[str]]:
        below: dict[str, set[str]] = {}
        for module, edges in self._into.items():
            for package in parents(module):
                below.setdefault(package, set()).update(edge.importer for edge in edges)
        return below

    @cached_property
    def _by_last_part(self) -> Mapping[str, tuple[str, ...]]:
        named: dict[str, tuple[str, ...]] = {}
        for path in sorted(self.resolved):
            name = path.rpartition("/")[2]
            named[name] = (*named.get(name, ()), path)
        return named

    @cached_property
    def _into(self) -> Mapping[str, tuple[Edge, ...]]:
        into: dict[str, list[Edge]] = {}
        for edge in self.edges:
            into.setdefault(edge.imported, []).append(edge)
        return {module: tuple(edges) for module, edges in into.items()}

    @cached_property
    def _consulting(self) -> Mapping[str, list[str]]:
        """Dotted name to the files whose resolution asked for it."""
        asked: dict[str, list[str]] = {}
        for path, found in self.resolved.items():
            for name in found.consulted:
                asked.setdefault(name, []).append(path)
        return asked

    def _changed_names(
        self, modules: Modules, files: Mapping[str, bytes], read: Callable[[str], Links]
    ) -> Iterator[str]:
        """Names that mean another file than before, and names of files that offer other names than before."""
        before, after = self.modules.by_name, modules.by_name
        yield from self.modules.packages ^ modules.packages
        for name in before.keys() | after.keys():
            old, new = before.get(name), after.get(name)
            same_file = old is not None and old == new
            if not same_file or (self._files[str(old)] != files[str(new)] and self._offers_differ(str(new), read)):
                yield name

    def _offers_differ(self, path: str, read: Callable[[str], Links]) -> bool:
        before, after = self._links[path], read(path)
        return before.is_open != after.is_open or before.bound != after.bound


def _once(links: Mapping[str, Links]) -> tuple[Callable[[str], Links], Callable[[str], Links]]:
    """Two ways to look up links: whole, and without imports, which is remembered as many files ask about one."""
    known: dict[str, Links] = {}

    def own(path: str) -> Links:
        found = links[path]
        known[path] = Links((), found.bound, found.is_open)
        return found

    def offered(path: str) -> Links:
        if path not in known:
            own(path)
        return known[path]

    return own, offered
