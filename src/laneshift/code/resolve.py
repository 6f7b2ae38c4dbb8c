"""What an import means in a tree: one of its modules, something from outside, or nothing at all.

`from a.b import c` is the module `a.b.c` where there is one, else a name of `a.b`; when `a.b` plainly has no such name
it is unresolved, so that a submodule that moved away is missed and not taken for an attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from laneshift.code.dotted import is_standard
from laneshift.code.links import Import, ImportKind, Links
from laneshift.code.modules import Modules


class Edge(NamedTuple):
    """One module imports another. `importer` is its dotted name, or its path where it has none of its own."""

    importer: str
    imported: str
    path: str
    line: int
    kind: ImportKind
    in_function: bool


@dataclass(frozen=True, slots=True)
class Resolved:
    """The imports of one file. `unresolved` holds dotted names that ought to be in this tree; `outside` the first
    parts of names that are not its own; `consulted` every dotted name whose presence decided anything."""

    edges: tuple[Edge, ...]
    unresolved: frozenset[str]
    outside: frozenset[str]
    consulted: frozenset[str]


class _Found:
    """Collects the answers for one file."""

    def __init__(self, path: str, node: str) -> None:
        self.path = path
        self.node = node
        self.edges: dict[Edge, None] = {}
        self.unresolved: set[str] = set()
        self.outside: set[str] = set()
        self.consulted: set[str] = set()


class Resolver:
    """Resolves imports against the modules of one tree. `links_of` gives the links of a path of that tree."""

    def __init__(self, modules: Modules, links_of: Callable[[str], Links]) -> None:
        self._modules = modules
        self._by_name = modules.by_name
        self._packages = modules.packages
        self._links_of = links_of
        self._shared: dict[str, str] = {}

    def node(self, path: str) -> str:
        """The dotted name of a file; its path where it has no name or another file goes first under that name."""
        name = self._modules.by_path.get(path)
        return name if name is not None and self._by_name[name] == path else path

    def resolve(self, path: str, links: Links) -> Resolved:
        """Resolve every import of one file."""
        found = _Found(path, self.node(path))
        for one in links.imports:
            self._import(one, found)
        return Resolved(
            tuple(found.edges), frozenset(found.unresolved), frozenset(found.outside), frozenset(found.consulted)
        )

    def _import(self, one: Import, found: _Found) -> None:
        base = self._base(one, found.path)
        if base is None:
            found.unresolved.add("." * one.level + one.module)
            return
        top = base.partition(".")[0]
        found.consulted.update((self._share(top), self._share(base)))
        if not one.level and self._is_outside(top, found.path):
            found.outside.add(top)
        elif one.names is None or not self._exists(base):
            self._whole(base, one, found)
        else:
            for name, _ in one.names:
                self._member(base, name, one, found)

    def _base(self, one: Import, path: str) -> str | None:
        """The absolute name that an import starts from; None when its dots lead out of every package."""
        if not one.level:
            return one.module
        parts = self._modules.package_of(path).split(".")
        if not parts[0] or one.level > len(parts):
            return None
        parts = parts[: len(parts) - one.level + 1]
        return ".".join([*parts, one.module] if one.module else parts)

    def _is_outside(self, top: str, path: str) -> bool:
        """Whether `top` is not of this tree. A module of the standard library goes before a namesake elsewhere."""
        if is_standard(top):
            own = self._by_name.get(top)
            return own is None or self._root(own, top) != self._root_of(path)
        return top not in self._by_name and top not in self._packages

    def _root(self, path: str, name: str) -> str:
        depth = name.count(".") + 1 + path.endswith("/__init__.py")
        return "/".join(path.split("/")[:-depth])

    def _root_of(self, path: str) -> str:
        name = self._modules.by_path.get(path)
        return path.rpartition("/")[0] if name is None else self._root(path, name)

    def _share(self, name: str) -> str:
        """One string for equal names: thousands of files ask for the same."""
        return self._shared.setdefault(name, name)

    def _exists(self, name: str) -> bool:
        return name in self._by_name or name in self._packages

    def _whole(self, name: str, one: Import, found: _Found) -> None:
        if not self._exists(name):
            found.unresolved.add(name)
        else:
            self._link(name, one, found)

    def _member(self, base: str, name: str, one: Import, found: _Found) -> None:
        below = self._share(f"{base}.{name}")
        found.consulted.add(below)
        if name != "*" and self._exists(below):
            self._link(below, one, found)
            return
        self._link(base, one, found)
        owner = self._by_name.get(base)
        if name != "*" and (owner is None or not self._links_of(owner).offers(name)):
            found.unresolved.add(below)

    def _link(self, name: str, one: Import, found: _Found) -> None:
        """Add an edge to a module that has a file; a package without one runs no code of its own."""
        if name in self._by_name and self._by_name[name] != found.path:
            found.edges[Edge(found.node, name, found.path, one.line, one.kind, one.in_function)] = None
