"""A test file taken apart: every function and class with its statements, each under the conditions around it. Pure."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from laneshift.agents.submitting.tests.names import Names, Plain, bound

Function = ast.FunctionDef | ast.AsyncFunctionDef
_ASSERTING = ("assert", "fail")
_RAISING = frozenset({"raises", "warns", "deprecated_call", "assertRaises", "assertWarns", "assertLogs"})


class Said(NamedTuple):
    """One statement: what is around it, and what it says in plain names."""

    around: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement where it stands. `node` is as written."""

    said: Said
    line: int
    node: ast.AST
    asserts: bool


@dataclass(frozen=True)
class Unit:
    """A function, a class, or the file itself (name ""). `decorators` are texts in plain names with their nodes."""

    name: str
    kind: str
    line: int
    head: str
    decorators: tuple[tuple[str, ast.expr], ...]
    statements: tuple[Placed, ...]
    arguments: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()

    @property
    def decorators_text(self) -> tuple[str, ...]:
        """The decorators as texts."""
        return tuple(text for text, _ in self.decorators)


@dataclass(frozen=True)
class Outline:
    """A file by its units, in order. Names that come twice are in `twice`, with the line of the last."""

    units: dict[str, Unit] = field(default_factory=dict)
    twice: tuple[tuple[str, int], ...] = ()

    @property
    def tests(self) -> frozenset[str]:
        """The names of those that pytest and unittest collect."""
        return frozenset(name for name, unit in self.units.items() if unit.kind == "def" and is_collected(name))


def is_collected(name: str) -> bool:
    """Whether a function of this qualified name is a test."""
    *owners, last = name.split(".")
    return last.startswith("test") and not any(owner.startswith("_") for owner in owners)


def outline(text: str, names: Names, package: str) -> Outline | None:
    """The outline of a test file; None where it is no Python that can be read."""
    try:
        tree = ast.parse(text)
        units, twice = dict[str, Unit](), list[tuple[str, int]]()
        for unit in _units(tree, names, package):
            if unit.name in units and not _is_overload(unit):
                twice.append((unit.name, unit.line))
            units[unit.name] = unit
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Outline(units, tuple(twice))


def _is_overload(unit: Unit) -> bool:
    return any(text.endswith((".setter", ".getter", ".deleter", "overload")) for text, _ in unit.decorators)


def _units(tree: ast.Module, names: Names, package: str) -> Iterator[Unit]:
    scope = bound(tree.body, package)
    stars = tuple(
        Placed(Said((), f"from {names.plain(module)} import *"), 1, tree, asserts=False) for module in scope.stars
    )
    top = _Reader(scope.names, names)
    yield Unit(
        "",
        "file",
        1,
        "",
        (),
        (*stars, *top.read(_without_definitions(tree.body), ())),
        binds=_binds(tree.body) | scope.names.keys(),
    )
    yield from _inside(tree.body, "", scope.names, names, package)


def _inside(body: list[ast.stmt], prefix: str, scope: dict[str, str], names: Names, package: str) -> Iterator[Unit]:
    for node in _definitions(body):
        reader = _Reader(scope, names)
        decorators = tuple((reader.plain(each), each) for each in node.decorator_list)
        if isinstance(node, ast.ClassDef):
            head = ", ".join(reader.plain(each) for each in (*node.bases, *(word.value for word in node.keywords)))
            own = {**scope, **bound(node.body, package).names}
            told = tuple(_Reader(own, names).read(_without_definitions(node.body), ()))
            yield Unit(f"{prefix}{node.name}", "class", node.lineno, head, decorators, told, binds=_binds(node.body))
            yield from _inside(node.body, f"{prefix}{node.name}.", own, names, package)
            continue
        own = {**scope, **bound(node.body, package).names}
        arguments = frozenset(each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg))
        told = tuple(_Reader(own, names).read(node.body, ()))
        head = f"{'async ' if isinstance(node, ast.AsyncFunctionDef) else ''}{reader.plain(node.args)}"
        yield Unit(f"{prefix}{node.name}", "def", node.lineno, head, decorators, told, arguments)


def _definitions(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """Functions and classes of one scope, also those under conditions."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node
        else:
            for inner in _bodies(node):
                yield from _definitions(inner)


def _without_definitions(body: list[ast.stmt]) -> list[ast.stmt]:
    return [node for node in body if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]


def _binds(body: list[ast.stmt]) -> frozenset[str]:
    """Names that a scope binds otherwise than by an import."""
    found = {node.name for node in _definitions(body)}
    for node in _without_definitions(body):
        found |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return frozenset(found)


def _bodies(node: ast.stmt) -> list[list[ast.stmt]]:
    found = [getattr(node, name, None) or [] for name in ("body", "orelse", "finalbody")]
    found += [handler.body for handler in getattr(node, "handlers", [])]
    return found + [case.body for case in getattr(node, "cases", [])]


class _Reader:
    """Reads statements of one scope."""

    def __init__(self, scope: dict[str, str], names: Names) -> None:
        self._plain = Plain(scope, names)

    def plain(self, node: ast.AST) -> str:
        """The text of a node in plain names."""
        return ast.unparse(self._plain.visit(copy.deepcopy(node)))

    def read(self, body: list[ast.stmt], around: tuple[str, ...]) -> Iterator[Placed]:
        """Every statement from top to bottom, but imports, docstrings and `pass`."""
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)) or _is_docstring(node):
                continue
            if not any(_bodies(node)):
                yield Placed(Said(around, self.plain(node)), node.lineno, node, asserts=_is_assertion(node))
                continue
            head = self._head(node)
            yield Placed(Said(around, head), node.lineno, node, asserts=_is_raising(node))
            for number, inner in enumerate(_bodies(node)):
                yield from self.read(inner, (*around, f"{number} {head}"))

    def _head(self, node: ast.stmt) -> str:
        """A compound statement without its bodies; handlers and cases are part of it."""
        bare = copy.deepcopy(node)
        for inner in ast.walk(bare):
            if isinstance(inner, (ast.stmt, ast.ExceptHandler, ast.match_case)) and getattr(inner, "body", None):
                for name in ("body", "orelse", "finalbody"):
                    if getattr(inner, name, None):
                        setattr(inner, name, [ast.Pass()])
        return ast.unparse(self._plain.visit(bare))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_assertion(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assert):
        return True
    value = node.value if isinstance(node, ast.Expr) else None
    value = value.value if isinstance(value, ast.Await) else value
    return isinstance(value, ast.Call) and last_name(value.func).lstrip("_").startswith(_ASSERTING)


def _is_raising(node: ast.stmt) -> bool:
    if not isinstance(node, (ast.With, ast.AsyncWith)):
        return False
    calls = (item.context_expr for item in node.items)
    return any(isinstance(each, ast.Call) and last_name(each.func) in _RAISING for each in calls)


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
