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


class Onward:
    """Looks through a tree for those who take names from its modules."""

    def __init__(self, tree: Tree, modules: Modules) -> None:
        self._tree = tree
        self._modules = modules
        self._parsed: dict[str, ast.Module | None] = {}

    @cached_property
    def _texts(self) -> Mapping[str, bytes]:
        """Every Python file that can be imported, by its path."""
        entries = self._tree.entries
        paths = (path for path in self._modules.by_path if entries[path].is_regular)
        return {path: self._tree.read(path) for path in paths}

    def takers(self, path: str, module: str, names: Collection[str]) -> Iterator[Taken]:
        """Places outside `path` that take one of `names` from `module`."""
        last = module.rpartition(".")[2].encode()
        wanted = re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")\b")
        for other, data in self._texts.items():
            if other != path and last in data and wanted.search(data):
                tree = self._tree_of(other, data)
                if tree is not None:
                    yield from self._in(other, tree, module, names)

    def _tree_of(self, path: str, data: bytes) -> ast.Module | None:
        if path not in self._parsed:
            self._parsed[path] = parse(read_source(data))
        return self._parsed[path]

    def _in(self, path: str, tree: ast.Module, module: str, names: Collection[str]) -> Iterator[Taken]:
        package = self._modules.package_of(path)
        aliases: set[str] = set()
        inside = {id(each) for node in ast.walk(tree) if isinstance(node, _FUNCTIONS) for each in ast.walk(node)}
        for node in ast.walk(tree):
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            for alias in node.names:
                target = target_of(node, alias, package)
                if target == module:
                    aliases.add(alias.asname or alias.name)
                elif target in {f"{module}.{name}" for name in names} | {f"{module}.*"}:
                    yield Taken(path, node.lineno, alias.name, id(node) not in inside)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in names and ast.unparse(node.value) in aliases:
                yield Taken(path, node.lineno, node.attr, id(node) not in inside)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
