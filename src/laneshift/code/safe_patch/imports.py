"""What a file imports, however it says so, and what a change does to its imports. Pure."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from laneshift.code.safe_patch.records import Finding

_LOADERS = frozenset(
    {"import_module", "__import__", "resolve_name", "run_module", "run_path", "find_spec", "find_loader"}
)
_TYPING = frozenset({"typing", "typing_extensions", "collections", "collections.abc", "contextlib", "re"})
"""Modules of which one took over names of another."""
_DOORS = frozenset({"importlib", "imp", "runpy", "pkgutil", "zipimport", "builtins", "site", "pkg_resources"})


class Imported(NamedTuple):
    """A dotted name that is imported, the name it binds, the line, and what the bound name stands for."""

    name: str
    binds: str
    line: int
    origin: str


def imported(tree: ast.Module, package: str) -> Iterator[Imported]:
    """Every import anywhere in the file, also under conditions and in functions. `package` resolves relative ones."""
    for node in ast.walk(tree):
        yield from bindings(node, lambda statement: _absolute(statement, package))


def bindings(node: ast.AST, start: Callable[[ast.ImportFrom], str]) -> Iterator[Imported]:
    """What one node imports, if it does; `start` gives the module from which a statement takes names."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            yield Imported(alias.name, alias.asname or top, node.lineno, alias.name if alias.asname else top)
    elif isinstance(node, ast.ImportFrom):
        module = start(node)
        for alias in node.names:
            name = f"{module}.{alias.name}"
            yield Imported(name, alias.asname or alias.name, node.lineno, name)


def below(name: str, forbidden: Iterable[str]) -> str:
    """The forbidden name that `name` is, or is below; empty when there is none."""
    return next((each for each in forbidden if name == each or name.startswith(f"{each}.")), "")


def import_findings(
    path: str, before: ast.Module, after: ast.Module, package: str, forbidden: Collection[str], known: Collection[str]
) -> Iterator[Finding]:
    """Everything that a change may not do with imports. `known` are top-level modules that may be imported."""
    old, new = list(imported(before, package)), list(imported(after, package))
    for each in new:
        if hit := below(each.name, forbidden):
            yield Finding("forbidden-import", path, each.line, f"{hit} is imported: {each.name}")
    yield from _forbidden_texts(path, before, after, forbidden)
    yield from _doors(path, old, new)
    allowed = {*known, *sys.stdlib_module_names, *(each.name.partition(".")[0] for each in old)}
    for each in new:
        if each.name.partition(".")[0] not in allowed:
            yield Finding("unknown-module", path, each.line, f"{each.name} is no module that was known before")
        if each.name.endswith(".*") and each.name not in {one.name for one in old}:
            yield Finding("star-import", path, each.line, f"{each.name} binds whatever there is")
    lost = {each.name for each in old} - {each.name for each in new}
    for name in sorted(each for each in lost if each.startswith("__future__.")):
        yield Finding("future-changed", path, 1, f"{name} is gone: the file is read in another way")
    yield from _origins(path, old, new, forbidden)
    yield from _dangling(path, old, new, after)


def _forbidden_texts(path: str, before: ast.Module, after: ast.Module, forbidden: Collection[str]) -> Iterator[Finding]:
    """Texts that name a forbidden module and were not there, and loaders that are given one."""
    known = {text for text, _ in _texts(before)}
    for text, line in _texts(after):
        name = re.split(r"[:/]", text.replace("/", "."))[0].removesuffix(".py")
        if text not in known and below(name, forbidden):
            yield Finding("forbidden-name", path, line, f"a text names {name}")
    for node in ast.walk(after):
        if isinstance(node, ast.Call) and called(node) in _LOADERS:
            for value in (*node.args, *(word.value for word in node.keywords)):
                if (text := folded(value)) and below(text.lstrip("."), forbidden):
                    yield Finding("forbidden-import", path, node.lineno, f"{text} is imported by {called(node)}")


def _doors(path: str, old: Collection[Imported], new: Collection[Imported]) -> Iterator[Finding]:
    """Ways to import by a computed name, where there were none."""
    known = {each.name.partition(".")[0] for each in old}
    for each in new:
        top = each.name.partition(".")[0]
        if top in _DOORS and top not in known:
            yield Finding("dynamic-import", path, each.line, f"{top} can import what no text names")


def _origins(
    path: str, old: Collection[Imported], new: Collection[Imported], forbidden: Collection[str]
) -> Iterator[Finding]:
    """A name that comes from elsewhere now, unless it came from what is forbidden."""
    before: dict[str, set[str]] = {}
    for each in old:
        before.setdefault(each.binds, set()).add(each.origin)
    for each in new:
        known = before.get(each.binds, set())
        free = {name for name in known if not below(name, forbidden)}
        if free and each.origin not in free and not all(_is_same(name, each.origin) for name in free):
            yield Finding("import-replaced", path, each.line, f"{each.binds} was {min(free)}, is {each.origin}")


def _is_same(one: str, other: str) -> bool:
    """Whether two names are one thing that two modules of the standard library offer for type checkers."""
    (place, _, name), (other_place, _, other_name) = one.rpartition("."), other.rpartition(".")
    return name == other_name and {place, other_place} <= _TYPING


def _dangling(path: str, old: Collection[Imported], new: Collection[Imported], after: ast.Module) -> Iterator[Finding]:
    """Names that an import bound, that nothing binds any more, and that are still used."""
    lost = {each.binds for each in old} - {each.binds for each in new} - set(bound(after))
    for node in ast.walk(after):
        if isinstance(node, ast.Name) and node.id in lost and isinstance(node.ctx, ast.Load):
            lost.discard(node.id)
            yield Finding("name-unbound", path, node.lineno, f"{node.id} is used, and its import is gone")
    if path.endswith("/__init__.py"):
        for name in sorted(each for each in lost if not each.startswith("_")):
            yield Finding("export-lost", path, 0, f"the package no longer offers {name}")


def bound(tree: ast.AST) -> Iterator[str]:
    """Every name that is bound anywhere, but by an import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def called(node: ast.Call) -> str:
    """The last part of the name that is called; empty for what has no name."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def folded(node: ast.expr) -> str:
    """The text that an expression of constants comes to; empty when it cannot be told."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = folded(node.left), folded(node.right)
        return left + right if left and right else ""
    if isinstance(node, ast.JoinedStr):
        parts = [folded(v.value if isinstance(v, ast.FormattedValue) else v) for v in node.values]
        return "".join(parts) if all(parts) else ""
    return ""


def _texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Texts that are no docstrings, and those that constants add up to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.Constant, ast.BinOp, ast.JoinedStr)) and (text := folded(child)):
                yield text, child.lineno


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])
