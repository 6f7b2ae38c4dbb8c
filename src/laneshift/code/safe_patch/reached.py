"""Names that an import bound for sure, and that are used where it may no longer have run. Pure.

An import may go below `TYPE_CHECKING`, into another condition or into a function: then only what does not run, or what
stands in that function, may use its names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.safe_patch.records import Finding

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def reach_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Uses of what the top of the file no longer imports for sure, and of submodules that nothing imports."""
    lost = _sure(before) - _sure(after) - _set(after)
    told: set[str] = set()
    if lost:
        for node in _uses(after, frozenset(), later=_annotates_later(after)):
            if node.id in lost and node.id not in told:
                told.add(node.id)
                what = f"{node.id} is used, and its import may not have run"
                yield Finding("name-unbound", path, node.lineno, what)
    gone = _submodules(before) - _submodules(after)
    for each in ast.walk(after) if gone else ():
        if isinstance(each, ast.Attribute) and (name := ast.unparse(each)) in gone and name not in told:
            told.add(name)
            yield Finding("name-unbound", path, each.lineno, f"{name} is used, and its import is gone")


def _sure(tree: ast.Module) -> set[str]:
    """Names that imports at the top of the file bind, under no condition."""
    found = (alias for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names)
    return {(alias.asname or alias.name).partition(".")[0] for alias in found}


def _set(tree: ast.Module) -> set[str]:
    """Names that the top of the file binds otherwise, wherever: others judge what they are."""
    found = {node.name for node in tree.body if isinstance(node, (*_FUNCTIONS, ast.ClassDef))}
    return found | {
        node.id
        for statement in tree.body
        if isinstance(statement, (ast.Assign, ast.AnnAssign))
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _submodules(tree: ast.Module) -> set[str]:
    """Dotted names that are imported as such, with all that they bring along."""
    found = (alias for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names)
    names = [alias.name.split(".") for alias in found if not alias.asname]
    return {".".join(parts[:size]) for parts in names for size in range(2, len(parts) + 1)}


def _annotates_later(tree: ast.Module) -> bool:
    future = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
    return any(alias.name == "annotations" for node in future for alias in node.names)


def _uses(node: ast.AST, own: frozenset[str], *, later: bool) -> Iterator[ast.Name]:
    """Names that are asked for when something runs, but for those that a function around them binds itself."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id not in own:
            yield node
        return
    inner = own | _bound_in(node) if isinstance(node, (*_FUNCTIONS, ast.Lambda)) else own
    for name, value in ast.iter_fields(node):
        if later and name in ("annotation", "returns"):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield from _uses(each, inner if name in ("body", "args") else own, later=later)


def _bound_in(node: ast.AST) -> frozenset[str]:
    """Every name that a function binds."""
    found: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.add(each.id)
        elif isinstance(each, ast.arg):
            found.add(each.arg)
        elif isinstance(each, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in each.names}
    return frozenset(found)
