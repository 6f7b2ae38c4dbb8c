"""What a handler of errors catches, by where each name comes from. Pure.

Which errors a handler takes is behaviour. How their names are written is not: `json.JSONDecodeError` and
`JSONDecodeError` are one when imports say so, a tuple has no order, and `IOError` is `OSError`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from laneshift.code.safe_patch.imports import bindings

Origins = Mapping[str, str]
"""A name that imports bind, to the one dotted name that it stands for."""

_SAME = dict.fromkeys(("IOError", "EnvironmentError", "WindowsError", "socket.error", "select.error"), "OSError")


def origins(tree: ast.Module) -> Origins:
    """What the imports of a file bind. A name that is bound in two ways is left out."""
    found: dict[str, str] = {}
    lost: set[str] = set()
    for node in ast.walk(tree):
        for each in bindings(node, _as_written):
            if found.setdefault(each.binds, each.origin) != each.origin:
                lost.add(each.binds)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            lost.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            lost.add(node.name)
    return {name: origin for name, origin in found.items() if name not in lost}


def caught(handler: ast.ExceptHandler, known: Origins) -> str:
    """The errors that a handler takes, sorted; `*` for all."""
    if handler.type is None:
        return "*"
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return " | ".join(sorted({_named(each, known) for each in types}))


def _named(node: ast.expr, known: Origins) -> str:
    """The dotted name that an expression stands for; its syntax where it is none."""
    names: list[str] = []
    inner = node
    while isinstance(inner, ast.Attribute):
        names.append(inner.attr)
        inner = inner.value
    if not isinstance(inner, ast.Name):
        return ast.dump(node)
    dotted = ".".join([known.get(inner.id, inner.id), *reversed(names)])
    return _SAME.get(dotted, dotted)


def _as_written(node: ast.ImportFrom) -> str:
    """The module of an import as it stands there: files of one package write it alike."""
    return "." * node.level + (node.module or "")
