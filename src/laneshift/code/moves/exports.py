"""What the body of a package binds, and what its `__all__` names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.type_forms import alias_target


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run with a module, also those in `if`, `try` and `with`."""
    # A stack, because a long `elif` chain is as deep as it is long.
    pending = [iter(body)]
    while pending:
        node = next(pending[-1], None)
        if node is None:
            pending.pop()
            continue
        yield node
        if isinstance(node, ast.If | ast.Try | ast.TryStar | ast.With):
            pending.append(_inside(node))


def _inside(node: ast.stmt) -> Iterator[ast.stmt]:
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.stmt):
            yield inner
        elif isinstance(inner, ast.ExceptHandler):
            yield from inner.body


def bound_names(node: ast.stmt) -> Iterator[str]:
    """The names that one statement binds, apart from those of a star import."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (name for target in targets for name in names_set(target))
    elif (alias := alias_target(node)) is not None:
        yield alias.id


def names_set(target: ast.expr) -> Iterator[str]:
    """The names that an assignment to `target` binds: `a` in `a, q.b = ...`."""
    nodes = (node for node in ast.walk(target) if isinstance(node, ast.Name))
    return (node.id for node in nodes if isinstance(node.ctx, ast.Store))


def binds(module: ast.Module, name: str) -> bool:
    """Whether the body of a module binds `name` by name."""
    return any(name in bound_names(node) for node in statements(module.body))


def has_exports(module: ast.Module) -> bool:
    """Whether a module has an `__all__`."""
    return any(sets_all(node) for node in module.body)


def exports(module: ast.Module, name: str) -> bool:
    """Whether a statement of the module puts `name` into `__all__`."""
    nodes = (node for node in module.body if sets_all(node))
    return any(isinstance(each, ast.Constant) and each.value == name for node in nodes for each in ast.walk(node))


def sets_all(node: ast.stmt) -> bool:
    """Whether a statement gives `__all__` a value, or more of one: `+=`, `__all__.extend(...)` and the like."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        targets: list[ast.expr | None] = [node.value.func.value]
    elif isinstance(node, ast.Assign):
        targets = [*node.targets]
    else:
        targets = [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)
