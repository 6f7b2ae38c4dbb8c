"""An `__all__` that is put together from others: `[*first.__all__, "name"]`, `first.__all__ + ["name"]`."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable

from laneshift.code.facts.outline import dotted
from laneshift.code.facts.refusal import REFUSALS
from laneshift.code.parsing import PARSING

Lookup = Callable[[str], tuple[str, ...] | None]
"""The list that `module.__all__` means in the file, or a name that an `__all__` was imported by; None if unknown."""


def listed(data: bytes, lookup: Lookup) -> tuple[str, ...] | None:
    """The names in `__all__`; None where any part of it cannot be read."""
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data, "<blob>")
        except REFUSALS:
            return None
    names: list[str] | None = None
    for statement in tree.body:
        added, replaces = _part(statement, lookup)
        if added is _NONE:
            continue
        if added is None or (names is None and not replaces):
            return None
        names = [*added] if replaces else [*(names or ()), *added]
    return None if names is None else tuple(dict.fromkeys(names))


_NONE: list[str] = []
"""Stands for a statement that says nothing about `__all__`."""


def _part(statement: ast.stmt, lookup: Lookup) -> tuple[list[str] | None, bool]:
    """The names that a statement gives `__all__`, and whether they replace those before."""
    if isinstance(statement, ast.Assign) and any(dotted(each) == "__all__" for each in statement.targets):
        return _names(statement.value, lookup), True
    if isinstance(statement, ast.AnnAssign) and dotted(statement.target) == "__all__":
        return (None if statement.value is None else _names(statement.value, lookup)), True
    if isinstance(statement, ast.AugAssign) and dotted(statement.target) == "__all__":
        return _names(statement.value, lookup), False
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        name = dotted(call.func)
        if name == "__all__.extend" and len(call.args) == 1:
            return _names(call.args[0], lookup), False
        if name == "__all__.append" and len(call.args) == 1:
            return _names(ast.List(elts=call.args), lookup), False
        return (None, False) if name.startswith("__all__.") else (_NONE, False)
    mentions = any(isinstance(node, ast.Name) and node.id == "__all__" for node in ast.walk(statement))
    return (None, False) if mentions else (_NONE, False)


def _names(node: ast.expr, lookup: Lookup) -> list[str] | None:
    if isinstance(node, (ast.List, ast.Tuple)):
        return _flat(_element(each, lookup) for each in node.elts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _flat((_names(node.left, lookup), _names(node.right, lookup)))
    if isinstance(node, ast.Call) and dotted(node.func) in ("list", "tuple", "sorted") and len(node.args) == 1:
        return _names(node.args[0], lookup)
    if isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and node.attr == "__all__"):
        found = lookup(dotted(node))
        return None if found is None else [*found]
    return None


def _element(node: ast.expr, lookup: Lookup) -> list[str] | None:
    if isinstance(node, ast.Starred):
        return _names(node.value, lookup)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _flat(parts: Iterable[list[str] | None]) -> list[str] | None:
    found: list[str] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found
