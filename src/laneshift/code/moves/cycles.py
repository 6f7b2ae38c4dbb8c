"""A module that leaves a package whose own file takes names from it, and that itself needs the package.

As long as the module lay inside, its package was always imported first. From outside the module may come first: then
it begins, imports the package, and that asks for names that the module does not have yet.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from laneshift.code.moves.exports import statements
from laneshift.code.moves.frame import absolute
from laneshift.code.moves.site import MARKER_NAME
from laneshift.repo.objects import Tree

Parsed = Callable[[bytes], ast.Module | None]


def coming_first(
    tree: Tree, packages: Mapping[str, str], old: str, new: str, moving: Mapping[str, str], parsed: Parsed
) -> Iterator[tuple[str, int]]:
    """Path and line, both before the move, of the first import in each moving file that leads to such a package.

    `packages` are the folders above the module by their dotted names; `moving` the packages of moving files by path.
    """
    left = {folder: name for folder, name in packages.items() if not f"{new}.".startswith(f"{name}.")}
    word = old.rpartition(".")[2].encode("utf-8", "surrogateescape")
    taking = [name for folder, name in left.items() if _takes(tree, f"{folder}/{MARKER_NAME}", name, old, word, parsed)]
    if not taking:
        return
    for path, package in moving.items():
        module = parsed(tree.read(path))
        lines = (line for line, name in _imported(module, package) if _leads(name, taking, old)) if module else iter(())
        line = next(lines, None)
        if line is not None:
            yield path, line


def _takes(tree: Tree, path: str, package: str, old: str, word: bytes, parsed: Parsed) -> bool:
    """Whether the file of a package takes names from the module when it is imported."""
    entry = tree.entry(path)
    data = tree.read(path) if entry is not None and entry.is_regular else b""
    module = parsed(data) if word in data else None
    found = _imported(module, package, only_from=True) if module is not None else ()
    return any(f"{name}.".startswith(f"{old}.") for _, name in found)


def _leads(name: str, taking: list[str], old: str) -> bool:
    """Whether an import of `name` runs the file of one of these packages, and does not mean the module itself."""
    inside = f"{name}.".startswith(f"{old}.")
    return not inside and any(f"{name}.".startswith(f"{package}.") for package in taking)


def _imported(module: ast.Module, package: str, *, only_from: bool = False) -> Iterator[tuple[int, str]]:
    """Line and name of each module that is imported, or that names come `from`, when this one runs, in order."""
    for node in statements(module.body):
        if isinstance(node, ast.Import) and not only_from:
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(package, node.level, node.module or "")
            yield from [(node.lineno, base)] if base else []
