"""The names that a block of Python binds, each with what it is bound to. Pure."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from laneshift.code.facts.names import targets
from laneshift.code.facts.refusal import LARGEST_PARSED, REFUSALS
from laneshift.code.parsing import PARSING
from laneshift.code.type_forms import alias_target

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Taken:
    """A name that an import binds: `name` of the module `module`, `level` dots before it; the module itself when
    `name` is empty."""

    module: str
    level: int
    name: str


Bound = Definition | ast.expr | Taken | None
"""A definition, the value that is assigned, an import, or something else that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Bindings:
    """What a module or the body of a class binds. `stars` are the modules whose names it takes in whole."""

    names: dict[str, Bound]
    stars: tuple[Taken, ...] = ()


def parse(data: bytes) -> ast.Module | None:
    """The syntax tree of a file; None for one that cannot be parsed."""
    if len(data) > LARGEST_PARSED:
        return None
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data, "<blob>")
        except REFUSALS:
            return None


def bindings(body: Iterable[ast.stmt]) -> Bindings:
    """The bindings of a block. The last one counts, as it does when the code runs; what only an `else` or an `except`
    binds gives way to what the first branch binds. Overloads and setters are not what a caller meets."""
    found: dict[str, Bound] = {}
    stars: list[Taken] = []
    _collect(body, found, stars)
    return Bindings(found, tuple(stars))


def _collect(body: Iterable[ast.stmt], found: dict[str, Bound], stars: list[Taken]) -> None:
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if not _is_part(statement):
                found[statement.name] = statement
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            _import(statement, found, stars)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                found |= dict.fromkeys(targets(target), statement.value if isinstance(target, ast.Name) else None)
        elif isinstance(statement, ast.AnnAssign):
            found |= dict.fromkeys(targets(statement.target), statement.value)
        elif (alias := alias_target(statement)) is not None:
            # What an alias stands for is reached by asking it, not by calling it.
            found[alias.id] = None
        else:
            for first, others in _branches(statement):
                _collect(first, found, stars)
                for other in others:
                    _collect_missing(other, found, stars)


def _branches(statement: ast.stmt) -> list[tuple[list[ast.stmt], list[list[ast.stmt]]]]:
    if isinstance(statement, ast.If):
        return [(statement.body, [statement.orelse])]
    if isinstance(statement, (ast.Try, ast.TryStar)):
        handlers = [handler.body for handler in statement.handlers]
        return [([*statement.body, *statement.orelse], handlers), (statement.finalbody, [])]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [(statement.body, [])]
    return []


def _collect_missing(body: list[ast.stmt], found: dict[str, Bound], stars: list[Taken]) -> None:
    other: dict[str, Bound] = {}
    _collect(body, other, stars)
    for name, bound in other.items():
        found.setdefault(name, bound)


def _import(statement: ast.Import | ast.ImportFrom, found: dict[str, Bound], stars: list[Taken]) -> None:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            found[alias.asname or whole] = Taken(whole, 0, "")
        return
    for alias in statement.names:
        taken = Taken(statement.module or "", statement.level, alias.name)
        if alias.name == "*":
            stars.append(taken)
        else:
            found[alias.asname or alias.name] = taken


def _is_part(node: Definition) -> bool:
    """Whether a definition is only an overload, or a setter or deleter of a property."""
    for each in node.decorator_list:
        if isinstance(each, ast.Name) and each.id == "overload":
            return True
        if isinstance(each, ast.Attribute) and each.attr in ("overload", "setter", "deleter"):
            return True
    return False
