"""What `__all__` of a file names, and whether it can be told at all. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.safe_patch.records import Finding
from laneshift.code.safe_patch.scopes import scopes

_NAME = "__all__"


def export_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Names that are no longer offered, and a list that can no longer be told."""
    old, new = exported(before), exported(after)
    if old is None and new is None and _said(before) == _said(after):
        return
    if new is None:
        yield Finding("export-lost", path, 0, "what `__all__` names can no longer be told")
    elif lost := sorted((old or set()) - new):
        yield Finding("export-lost", path, 0, f"`__all__` no longer names {lost[0]}")


def exported(tree: ast.Module) -> set[str] | None:
    """The names of `__all__`, none where there is none; None where it is no plain list, or bound in other ways too."""
    found: set[str] = set()
    plain = 0
    for node in tree.body:
        if not _is_about(node):
            continue
        names = _names(node.value) if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) else None
        if names is None:
            return None
        plain += 1
        found = found | names if isinstance(node, ast.AugAssign) else names
    module = scopes(tree)[""]
    return found if module.binds(_NAME) == plain else None


def _is_about(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == _NAME for target in node.targets)
    if isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        return isinstance(node.target, ast.Name) and node.target.id == _NAME
    return False


def _names(node: ast.expr | None) -> set[str] | None:
    """The texts of a plain list or tuple; None for anything else."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    texts = {each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return texts if len(texts) <= len(node.elts) and all(isinstance(each, ast.Constant) for each in node.elts) else None


def _said(tree: ast.Module) -> list[str]:
    """Every statement that has to do with `__all__`."""
    return [ast.dump(node) for node in tree.body if any(_is_named(each) for each in ast.walk(node))]


def _is_named(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == _NAME
