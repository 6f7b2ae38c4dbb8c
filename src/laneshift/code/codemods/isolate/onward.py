"""Who else takes a name from a module that only has it from the lane: they would lose it, or load the lane. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from laneshift.code.codemods.isolate.bindings import target_of
from laneshift.code.modules import Modules
from laneshift.code.moves.spans import parse, read_source
from laneshift.repo.objects import Tree


@dataclass(frozen=True)
class Taken:
    """One place that takes a name from the module: `atop` where it does so when it is imported itself."""

    path: str
    line: int
    name: str
    atop: bool


@dataclass(frozen=True)
class _Taking:
    """What one file imports, and the attributes that it reads, each with whether that runs when it is imported."""

    imports: tuple[tuple[str, ast.alias, int, bool], ...]
    attributes: Mapping[str, tuple[tuple[ast.Attribute, bool], ...]]


class Onward:
    """Looks through a tree for those who take names from its modules. Each file is read and walked once."""

    def __init__(self, tree: Tree, modules: Modules) -> None:
        self._tree = tree
        self._modules = modules
        self._known: dict[str, _Taking] = {}

    @cached_property
    def _texts(self) -> Mapping[str, bytes]:
        """Every Python file that can be imported, by its path."""
        entries = self._tree.entries
        paths = (path for path in self._modules.by_path if entries[path].is_regular)
        return {path: self._tree.read(path) for path in paths}

    def takers(self, path: str, module: str, names: Collection[str]) -> Iterator[Taken]:
        """Places outside `path` that take one of `names` from `module`."""
        last = module.rpartition(".")[2].encode()
        told = b"|".join(re.escape(name.encode()) for name in sorted(names))
        wanted = re.compile(rb"\b(?:" + told + rb")\b|\bimport\s*\*")  # a star takes names that it does not tell
        for other, data in self._texts.items():
            if other != path and last in data and wanted.search(data):
                yield from _in(other, self._taking(other, data), module, names)

    def _taking(self, path: str, data: bytes) -> _Taking:
        if path not in self._known:
            tree = parse(read_source(data))
            self._known[path] = _taking(tree or ast.Module([], []), self._modules.package_of(path))
        return self._known[path]


def _taking(tree: ast.Module, package: str) -> _Taking:
    imports: list[tuple[str, ast.alias, int, bool]] = []
    attributes: dict[str, list[tuple[ast.Attribute, bool]]] = {}
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, atop = waiting.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports += [(target_of(node, alias, package), alias, node.lineno, atop) for alias in node.names]
        elif isinstance(node, ast.Attribute):
            attributes.setdefault(node.attr, []).append((node, atop))
        inner = atop and not isinstance(node, _FUNCTIONS)
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]
    return _Taking(tuple(imports), {name: tuple(found) for name, found in attributes.items()})


def _in(path: str, taking: _Taking, module: str, names: Collection[str]) -> Iterator[Taken]:
    wanted = {f"{module}.{name}" for name in names} | {f"{module}.*"}
    aliases = {alias.asname or alias.name for target, alias, _, _ in taking.imports if target == module}
    yield from (Taken(path, line, alias.name, atop) for target, alias, line, atop in taking.imports if target in wanted)
    if aliases:
        found = (each for name in sorted(names) for each in taking.attributes.get(name, ()))
        for node, atop in found:
            if ast.unparse(node.value) in aliases:
                yield Taken(path, node.lineno, node.attr, atop)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
