"""What classes hold that others read: fields of data, members of enumerations, settings of a framework. Pure.

A class without bases and decorators holds values only. In any other, the order of what it holds and the annotations
are part of how it is called and built, and a new name may hide one of a base.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

from laneshift.code.safe_patch.outline import walk
from laneshift.code.safe_patch.records import Finding

Classes = Callable[[str], ast.ClassDef | None]
"""The class that a name of the file stands for, be it from another file; None where it cannot be found."""
_DEPTH = 20


def field_findings(path: str, before: ast.Module, after: ast.Module, classes: Classes) -> Iterator[Finding]:
    """Fields that were put between others, lost their default or have another annotation, and hidden names of bases."""
    new = {name: node for name, node in walk(after) if isinstance(node, ast.ClassDef)}
    for name, old in walk(before):
        now = new.get(name)
        if isinstance(old, ast.ClassDef) and now is not None and (old.decorator_list or old.bases or old.keywords):
            yield from _fields(path, name, old, now)
            for hidden in sorted((_holds(now) - _holds(old)) & _inherited(old, classes, _DEPTH)):
                yield Finding("rebound", path, now.lineno, f"{name} now has a {hidden} of its own, and not its base's")


def _fields(path: str, name: str, old: ast.ClassDef, now: ast.ClassDef) -> Iterator[Finding]:
    was, is_now = _annotated(old), _annotated(now)
    for field in sorted(set(was) & set(is_now)):
        if was[field] != is_now[field]:
            yield Finding("signature-changed", path, now.lineno, f"{name}.{field} is annotated otherwise")
    names = [field for field, _ in _assigned(now)]
    known = {field for field, _ in _assigned(old)}
    last = max((at for at, field in enumerate(names) if field in known), default=-1)
    for at, (field, node) in enumerate(_assigned(now)):
        bare = isinstance(node, ast.AnnAssign) and node.value is None
        if field not in known and (at < last or bare):
            yield Finding("signature-changed", path, node.lineno, f"{name} is built with {field} in between")


def _assigned(node: ast.ClassDef) -> list[tuple[str, ast.stmt]]:
    """The names that a class binds to values or annotates, in order."""
    found: list[tuple[str, ast.stmt]] = []
    for each in node.body:
        targets = [each.target] if isinstance(each, ast.AnnAssign) else getattr(each, "targets", [])
        found += [(target.id, each) for target in targets if isinstance(target, ast.Name)]
    return found


def _annotated(node: ast.ClassDef) -> dict[str, str]:
    """What is bound or annotated, with its annotation; empty where it has none."""
    return {
        name: ast.dump(each.annotation) if isinstance(each, ast.AnnAssign) else "" for name, each in _assigned(node)
    }


def _holds(node: ast.ClassDef) -> set[str]:
    defined = {each.name for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))}
    return defined | {name for name, _ in _assigned(node)}


def _inherited(node: ast.ClassDef, classes: Classes, depth: int) -> set[str]:
    """What the bases of a class hold, as far as they can be found."""
    found: set[str] = set()
    for base in node.bases if depth else ():
        name = ast.unparse(base)
        known = classes(name)
        if known is not None and known is not node:
            found |= _holds(known) | _inherited(known, classes, depth - 1)
        elif known is None and isinstance(kind := getattr(builtins, name, None), type):
            found |= {each for each in dir(kind) if not each.startswith("__")}
    return found
