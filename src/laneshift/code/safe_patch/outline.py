"""What a file offers: its functions, methods and classes with everything that callers can tell apart. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from laneshift.code.safe_patch.records import Finding
from laneshift.code.type_forms import type_parameters

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Offered(NamedTuple):
    """One definition: `kind` is `def`, `async def` or `class`; `wrapped` are its decorators.

    `shape` is its signature or its bases, with its type parameters in front.
    """

    kind: str
    shape: str
    wrapped: tuple[str, ...]
    line: int


# Several checks ask for the definitions of the same two trees.
@lru_cache(maxsize=4)
def definitions(tree: ast.Module) -> dict[str, list[Offered]]:
    """Qualified name to the definitions of that name, in order: overloads and setters have several."""
    found: dict[str, list[Offered]] = {}
    for name, node in walk(tree):
        found.setdefault(name, []).append(_offered(node))
    return found


def walk(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Definition]]:
    """Every definition with its qualified name, outer ones first."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield f"{prefix}{child.name}", child
            yield from walk(child, f"{prefix}{child.name}.")
        else:
            yield from walk(child, prefix)


def outline_findings(path: str, before: ast.Module, after: ast.Module) -> Iterator[Finding]:
    """Definitions that went, or that callers find changed."""
    new = definitions(after)
    for name, olds in definitions(before).items():
        news = new.get(name, [])
        if len(news) < len(olds):
            yield Finding("definition-lost", path, olds[0].line, f"{olds[0].kind} {name} is gone")
        elif len(news) > len(olds):
            yield Finding("redefined", path, news[-1].line, f"{name} is defined once more")
        for old, now in zip(olds, news, strict=False):
            yield from _changed(path, name, old, now)


def _changed(path: str, name: str, old: Offered, now: Offered) -> Iterator[Finding]:
    if old.kind != now.kind:
        yield Finding("kind-changed", path, now.line, f"{name} was {old.kind}, is {now.kind}")
    elif old.shape != now.shape:
        yield Finding("signature-changed", path, now.line, f"{old.kind} {name} is called or built in another way")
    if old.wrapped != now.wrapped:
        yield Finding("decorators-changed", path, now.line, f"the decorators of {name} are not what they were")


def _offered(node: Definition) -> Offered:
    wrapped = tuple(ast.dump(each) for each in node.decorator_list)
    if isinstance(node, ast.ClassDef):
        shape = "; ".join(ast.dump(each) for each in (*type_parameters(node), *node.bases, *node.keywords))
        return Offered("class", shape, wrapped, node.lineno)
    returns = ast.dump(node.returns) if node.returns is not None else ""
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    types = "; ".join(ast.dump(each) for each in type_parameters(node))
    return Offered(kind, f"{types}{ast.dump(node.args)} -> {returns}", wrapped, node.lineno)
