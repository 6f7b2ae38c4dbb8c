"""Type aliases and type parameters (PEP 695), for every Python: 3.11 has no nodes for them, and parses none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

_ALIAS: type[ast.stmt] | None = getattr(ast, "TypeAlias", None)
TYPE_ALIASES: tuple[type[ast.stmt], ...] = () if _ALIAS is None else (_ALIAS,)
"""The statement `type X = …`, for `isinstance`. What is behind its `=` runs when somebody asks for it, if ever."""


def alias_target(node: ast.AST) -> ast.Name | None:
    """The name that a `type X = …` binds; None for anything else."""
    target: Any = getattr(node, "name", None) if isinstance(node, TYPE_ALIASES) else None
    return target if isinstance(target, ast.Name) else None


def type_parameters(node: ast.AST) -> list[Any]:
    """The type parameters of a function, class or alias, in order; each has a `name`."""
    found: list[Any] = getattr(node, "type_params", [])
    return found


def parameter_names(node: ast.AST) -> frozenset[str]:
    """The names of the type parameters of a function, class or alias: they hide those around it."""
    return frozenset(each.name for each in type_parameters(node))


def limits(node: ast.AST) -> Iterator[ast.expr]:
    """The bounds and defaults of type parameters. They run when somebody asks for them, if ever."""
    for each in type_parameters(node):
        yield from (child for child in ast.iter_child_nodes(each) if isinstance(child, ast.expr))
