"""What is so in a real repository, by grimp, by `ast` and by text search: nothing of laneshift's own engine."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import grimp


@dataclass(frozen=True)
class Truth:
    """The work tree at `root`, whose package is `package`."""

    root: Path
    package: str

    @cached_property
    def graph(self) -> grimp.ImportGraph:
        """The imports, by grimp."""
        sys.path.insert(0, str(self.root))
        try:
            return grimp.build_graph(self.package, include_external_packages=False, cache_dir=None)
        finally:
            sys.path.remove(str(self.root))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every Python file of the package."""
        return tuple(sorted(str(path.relative_to(self.root)) for path in (self.root / self.package).rglob("*.py")))

    def importers(self, module: str) -> set[str]:
        """The modules that import a module directly."""
        return set(self.graph.find_modules_that_directly_import(module))

    def imported(self, module: str) -> set[str]:
        """The modules that a module imports directly."""
        return set(self.graph.find_modules_directly_imported_by(module))

    def text(self, path: str) -> str:
        """A file."""
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def classes(self, path: str) -> Iterator[tuple[str, int]]:
        """The public classes at the top of a file with their lines, decorators aside; none for what does not parse."""
        try:
            tree = ast.parse(self.text(path))
        except SyntaxError:
            return
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, node.lineno

    def defined(self, name: str) -> set[tuple[str, int]]:
        """Path and line of every class of this name at the left margin, by text."""
        pattern = re.compile(rf"^class {re.escape(name)}\b", re.MULTILINE)
        found = set()
        for path in self.files:
            for match in pattern.finditer(self.text(path)):
                found.add((path, self.text(path).count("\n", 0, match.start()) + 1))
        return found

    def naming(self, word: str) -> set[str]:
        """The files whose text has a word."""
        return {path for path in self.files if word in self.text(path)}

    def has_docstring(self, path: str) -> bool:
        """Whether a file begins with a docstring; raises `SyntaxError` for one that does not parse."""
        return bool(ast.get_docstring(ast.parse(self.text(path))))


def path_of(module: str, root: Path) -> str:
    """The file of a module."""
    stem = module.replace(".", "/")
    return f"{stem}/__init__.py" if (root / stem).is_dir() else f"{stem}.py"


def invented(root: Path, text: str, asked: str) -> list[str]:
    """The paths and places in a text that are neither in the work tree nor in what was asked."""
    found = []
    for path, line in re.findall(r"(?<![\w/])((?:[\w\-.]+/)+[\w\-]+\.\w+)(?::(\d+))?", text):
        real = root / path
        there = real.is_file() and (not line or int(line) <= real.read_bytes().count(b"\n") + 1)
        if not there and path not in asked:
            found.append(f"{path}:{line}")
    return found
