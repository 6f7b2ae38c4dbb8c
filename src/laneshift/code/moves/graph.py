"""The import edges of one file, and whether they lead anywhere."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from laneshift.code.moves.frame import absolute
from laneshift.code.moves.result import MoveResult
from laneshift.repo.objects import Tree


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """An import of `name` from `module`; `name` is empty where the module itself is imported, `*` for a star."""

    module: str
    name: str = ""

    def __str__(self) -> str:
        """As a dotted name."""
        return f"{self.module}.{self.name}" if self.name else self.module

    def renamed(self, result: MoveResult) -> Edge:
        """The edge after the move, where `from a.b import c` and `import a.b.c` are the same edge when `c` moved."""
        for old, new in _names(result):
            if str(self) == old and self.name:
                if result.hidden:
                    return self
                package, _, last = new.rpartition(".")
                return Edge(package, last) if package else Edge(last)
            if self.module == old or self.module.startswith(f"{old}."):
                return Edge(new + self.module[len(old) :], self.name)
        return self

    def packages(self) -> Iterator[Edge]:
        """The packages that this import imports on its way."""
        parts = self.module.split(".")
        for size in range(1, len(parts)):
            yield Edge(".".join(parts[:size]))

    def supports(self, result: MoveResult) -> bool:
        """Whether this is an import of the moved module that uses of its name now need."""
        return any(str(self) == new for _, new in _names(result))


def edges(tree: ast.Module, path: str, root: str) -> Iterator[Edge]:
    """The imports of a module at `path` below `root`; relative ones by their absolute names."""
    folder = posixpath.dirname(path)
    package = folder[len(root) :].strip("/").replace("/", ".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Edge(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(package, node.level, node.module or "")
            yield from (Edge(base, alias.name) for alias in node.names if base)


def by_root(edges: Iterable[Edge], result: MoveResult) -> list[Edge]:
    """Those of `edges` that name the old place from above its source root, as `src.package.module` does."""
    gone = tuple(f"{old}." for old, _ in _names(result)[1:])
    return sorted(edge for edge in edges if gone and f"{edge}.".startswith(gone))


def _names(result: MoveResult) -> tuple[tuple[str, str], ...]:
    """The old and the new name; then, for each folder above the source root, the two as code run there has them.

    A longer name that still means a file after the move is left out; one with no counterpart keeps its old text.
    """
    old, new = ([part for part in root.split("/") if part] for root in (result.old_root, result.new_root))
    pairs = [(result.old_name, result.new_name)]
    for at in range(len(old)):
        longer = ".".join([*old[at:], result.old_name])
        if not _exists(result.tree, "", longer):
            pairs.append((longer, ".".join([*new[at:], result.new_name]) if old[:at] == new[:at] else longer))
    return tuple(pairs)


def resolves(tree: Tree, edge: Edge, result: MoveResult) -> bool:
    """Whether the module of an edge is a file or folder of `tree`. Modules of other projects always resolve.

    The moved module's own name must be a file; any other name may be defined by the code of its package.
    """
    roots = dict.fromkeys((result.old_root, result.new_root, ""))
    first = edge.module.partition(".")[0]
    if not any(_exists(tree, root, first) for root in roots):
        return first not in (result.old_name.partition(".")[0], result.new_name.partition(".")[0])
    names = [edge.module]
    hidden = result.hidden and edge.name and str(edge) == result.old_name
    if str(edge) in (result.old_name, result.new_name) and not hidden:
        names.append(str(edge))
    return all(any(_exists(tree, root, name) for root in roots) for name in names)


def _exists(tree: Tree, root: str, name: str) -> bool:
    path = f"{root}/{name.replace('.', '/')}".lstrip("/")
    if tree.is_folder(path):
        return True
    return any(tree.entry(path + suffix) is not None for suffix in (".py", ".pyi", ".pyx", ".pxd", ".so"))
