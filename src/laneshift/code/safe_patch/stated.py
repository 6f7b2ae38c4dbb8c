"""The statements of a file, each as what it says and where it stands. Pure.

A statement stands in a definition and under conditions. One that is put under another condition is gone from where it
was. What a handler catches is named by where it is imported from, so an import that is written otherwise changes none.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from laneshift.code.safe_patch.caught import Origins, caught, origins
from laneshift.code.safe_patch.pure import is_pure

_IMPORTS = (ast.Import, ast.ImportFrom)
_BODIES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


class Stated(NamedTuple):
    """A statement without what is inside it: the definition and conditions around it, its kind, and its text."""

    scope: str
    around: tuple[str, ...]
    kind: str
    text: str


def placed(tree: ast.Module) -> Iterator[tuple[Stated, ast.stmt]]:
    """Every statement but imports, docstrings, `pass` and the heads of definitions, from top to bottom."""
    return iter(_listed(tree))


def stated(tree: ast.Module) -> Counter[Stated]:
    """As `placed`, with how often each stands there."""
    return Counter(found for found, _ in placed(tree))


def gone(before: ast.Module, after: ast.Module) -> Counter[Stated]:
    """Statements of `before` that `after` does not have."""
    return stated(before) - stated(after)


# Several checks ask for the statements of the same two trees.
@lru_cache(maxsize=4)
def _listed(tree: ast.Module) -> tuple[tuple[Stated, ast.stmt], ...]:
    return tuple(_walk(tree.body, "", (), origins(tree)))


def _walk(
    body: Sequence[ast.stmt], scope: str, around: tuple[str, ...], known: Origins
) -> Iterator[tuple[Stated, ast.stmt]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _walk(node.body, f"{scope}.{node.name}".strip("."), around, known)
            continue
        if isinstance(node, (*_IMPORTS, ast.Pass)) or _is_text(node):
            continue
        head = _head(node, known)
        if not _holds_imports_alone(node):
            yield Stated(scope, around, type(node).__name__, head), node
        for name, inner in _parts(node, known):
            yield from _walk(inner, scope, (*around, f"{type(node).__name__} {head} {name}"), known)


def _parts(node: ast.stmt, known: Origins) -> Iterator[tuple[str, Sequence[ast.stmt]]]:
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "finalbody") and isinstance(value, list):
            yield name, value
        elif name == "handlers":
            for handler in value:
                yield f"except {caught(handler, known)}", handler.body
        elif name == "cases":
            for case in value:
                yield f"case {_case(case)}", case.body


def _case(case: ast.match_case) -> str:
    return f"{ast.dump(case.pattern)} if {_dumped(case.guard)}"


def _head(node: ast.stmt, known: Origins) -> str:
    """What a statement says by itself, without the statements in it."""
    if not any(name in _BODIES for name in node._fields):
        return "" if isinstance(node, ast.Return) and node.value is None else ast.dump(node)
    parts = ((name, value) for name, value in ast.iter_fields(node) if name not in _BODIES)
    told = [f"{name}={_dumped(value)}" for name, value in parts]
    if isinstance(node, (ast.Try, ast.TryStar)):
        told += [caught(handler, known) for handler in node.handlers]
    elif isinstance(node, ast.Match):
        told += [_case(case) for case in node.cases]
    return ", ".join(told)


def _dumped(value: object) -> str:
    if isinstance(value, ast.AST):
        return ast.dump(value)
    return "; ".join(_dumped(each) for each in value) if isinstance(value, list) else repr(value)


def _holds_imports_alone(node: ast.stmt) -> bool:
    """An `if` or `try` around imports goes and comes with them."""
    if not isinstance(node, (ast.If, ast.Try)) or (isinstance(node, ast.Try) and node.handlers):
        return False
    if isinstance(node, ast.If) and not is_pure(node.test):
        return False
    inner = [each for _, body in _parts(node, {}) for each in body]
    is_import = [isinstance(each, _IMPORTS) for each in inner if not isinstance(each, ast.Pass)]
    return bool(is_import) and all(is_import)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
