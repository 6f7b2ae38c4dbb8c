"""What the names of a test file stand for, so that a test that follows a moved module is still the same test. Pure.

A name that an import binds is read as the dotted name behind it. A module that this change takes away, and one that it
brings, are written alike: the test looks at the moved module as it did before.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOVED = "moved:"
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\Z")


@dataclass(frozen=True, slots=True)
class Names:
    """The modules of one side: those that are there, and those that are not there on the other side."""

    known: frozenset[str]
    moved: frozenset[str]

    def plain(self, dotted: str) -> str:
        """The dotted name, with a moved module in front written as every other moved one."""
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            module = ".".join(parts[:length])
            if module in self.moved:
                return ".".join([MOVED, *parts[length:]])
            if module in self.known:
                return dotted
        return dotted


@dataclass
class Bound:
    """Local name to what it stands for, in one scope. Names of two imports stand for both."""

    names: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    def add(self, name: str, dotted: str) -> None:
        """Bind one more."""
        known = self.names.get(name)
        self.names[name] = dotted if known in (None, dotted) else f"{known}|{dotted}"


def bound(body: list[ast.stmt], package: str) -> Bound:
    """What the imports of one scope bind, not counting scopes within."""
    found = Bound()
    for node in _own(body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found.add(alias.asname or top, alias.name if alias.asname else top)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            for alias in node.names:
                if alias.name == "*":
                    found.stars.append(module)
                else:
                    found.add(alias.asname or alias.name, f"{module}.{alias.name}")
    return found


def _own(body: list[ast.stmt]) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: max(len(parts) - node.level + 1, 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])


class Plain(ast.NodeTransformer):
    """Writes each name for what it stands for. Used on copies alone."""

    def __init__(self, scope: dict[str, str], names: Names) -> None:
        self._scope = scope
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A chain of attributes of an imported name is one dotted name."""
        parts, root = [node.attr], node.value
        while isinstance(root, ast.Attribute):
            parts.append(root.attr)
            root = root.value
        if isinstance(root, ast.Name) and root.id in self._scope:
            return ast.Name(self._names.plain(".".join([self._scope[root.id], *reversed(parts)])), ast.Load())
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """An imported name."""
        if node.id in self._scope and isinstance(node.ctx, ast.Load):
            return ast.Name(self._names.plain(self._scope[node.id]), ast.Load())
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """A dotted name in a text, such as what a mock is told to patch."""
        if isinstance(node.value, str) and _DOTTED.match(node.value):
            return ast.Constant(self._names.plain(node.value))
        return node
