"""What is so in a repository, found out by reading it once more: by `ast` and by paths, with nothing of laneshift's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path


def python_files(root: Path) -> list[str]:
    """The Python files of a work tree, but for hidden folders."""
    found = (path.relative_to(root) for path in root.rglob("*.py"))
    return sorted(str(path) for path in found if not any(part.startswith(".") for part in path.parts))


def module_of(path: str) -> str:
    """The dotted name of a path below the root."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(root: Path, path: str) -> Iterator[tuple[str, int]]:
    """The dotted names that a file imports, with the lines: whole modules, and each name taken from one."""
    package = module_of(path).split(".") if path.endswith("__init__.py") else module_of(path).split(".")[:-1]
    for node in ast.walk(ast.parse((root / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{start}.{alias.name}", node.lineno


def imports(root: Path) -> set[tuple[str, str]]:
    """Pairs of paths: the first imports the second."""
    files = python_files(root)
    by_name = {module_of(path): path for path in files}
    found = set()
    for path in files:
        for name, _ in imported(root, path):
            target = by_name.get(name) or by_name.get(name.rpartition(".")[0])
            if target is not None and target != path:
                found.add((path, target))
    return found


def importers(root: Path, path: str) -> set[str]:
    """The files that import a file."""
    return {importer for importer, target in imports(root) if target == path}


def definitions(root: Path, name: str) -> set[tuple[str, int]]:
    """Path and line of what defines a name at the top of a module."""
    found = set()
    for path in python_files(root):
        for node in ast.parse((root / path).read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
                found.add((path, node.lineno))
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
                found.add((path, node.lineno))
    return found


def invented(root: Path, text: str, asked: str) -> list[str]:
    """The paths and places in a text that are neither in the work tree nor in what was asked."""
    found = []
    for path, line in re.findall(r"(?<![\w/])((?:[\w\-]+/)+[\w\-]+\.\w+)(?::(\d+))?", text):
        real = root / path
        there = real.is_file() and (not line or int(line) <= len(real.read_text(encoding="utf-8").splitlines()))
        if not there and path not in asked:
            found.append(f"{path}:{line}")
    return found
