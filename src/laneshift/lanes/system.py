"""The tables of `sys` under whatever name: modules that are taken out of one, and changes of where they are looked for.

What a changed path leads to is decided when the program runs, so it is never followed, and always told.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import NamedTuple

_MODULES = "modules"
_SEARCHED = frozenset({"path", "meta_path", "path_hooks"})
_OF_PACKAGE = "__path__"
_TAKING = frozenset({"get", "pop", "setdefault"})
_CHANGING = frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"})
_ADDING = "addsitedir"
_PREPENDING, _SETTING = "syspath_prepend", "setattr"
_ROUNDS = 3


class Tables(NamedTuple):
    """The names that a file has for `sys`, for its table of modules, for what modules are searched by, and for what
    adds a folder of `site`'s to that."""

    system: frozenset[str]
    modules: frozenset[str]
    searched: frozenset[str]
    adding: frozenset[str] = frozenset({_ADDING})


PLAIN = Tables(frozenset({"sys"}), frozenset(), frozenset())
"""What a file says that gives no other name to any of them."""


def tables_of(nodes: Iterable[ast.AST]) -> Tables:
    """The names that these nodes give to them, also by way of other names."""
    system, modules, searched, adding = {"sys"}, set[str](), set[str](), {_ADDING}
    assigned: list[tuple[ast.expr, ast.expr]] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            system.update(alias.asname or alias.name for alias in node.names if alias.name == "sys")
        elif isinstance(node, ast.ImportFrom) and node.module == "sys" and not node.level:
            modules.update(alias.asname or alias.name for alias in node.names if alias.name == _MODULES)
            searched.update(alias.asname or alias.name for alias in node.names if alias.name in _SEARCHED)
        elif isinstance(node, ast.ImportFrom) and node.module == "site" and not node.level:
            adding.update(alias.asname for alias in node.names if alias.name == _ADDING and alias.asname)
        elif isinstance(node, ast.Assign):
            assigned += [(target, node.value) for target in node.targets]
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            assigned.append((node.target, node.value))
    for _ in range(_ROUNDS):
        known = Tables(frozenset(system), frozenset(modules), frozenset(searched))
        for target, value in assigned:
            if isinstance(target, ast.Name):
                for names, holds in ((system, _is_system), (modules, _is_modules), (searched, _is_list)):
                    if holds(value, known):
                        names.add(target.id)
    return Tables(frozenset(system), frozenset(modules), frozenset(searched), frozenset(adding))


def taken(node: ast.AST, tables: Tables, text: Callable[[ast.expr], str]) -> str:
    """The module that is taken out of the table by a name that `text` knows; else empty."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        table, name = node.value, node.slice
    elif (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TAKING and node.args
    ):
        table, name = node.func.value, node.args[0]
    else:
        return ""
    return text(name) if _is_modules(table, tables) else ""


def is_bent(node: ast.AST, tables: Tables) -> bool:
    """Whether this changes `sys.path`, what stands beside it, or the `__path__` of a package."""
    if isinstance(node, ast.Call):
        return _changes(node, tables)
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return node.target.id in tables.searched
    if isinstance(node, (ast.Attribute, ast.Subscript, ast.Name)) and not isinstance(node.ctx, ast.Load):
        if isinstance(node, ast.Name):
            return node.id == _OF_PACKAGE
        return _is_list(node.value if isinstance(node, ast.Subscript) else node, tables)
    return False


def _changes(call: ast.Call, tables: Tables) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == _SETTING:
        return _sets(call.args, tables)
    if not isinstance(call.func, ast.Attribute):
        return name in tables.adding
    return name in (_ADDING, _PREPENDING) or (name in _CHANGING and _is_list(call.func.value, tables))


def _sets(given: list[ast.expr], tables: Tables) -> bool:
    words = [part.value for part in given[:2] if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if any(word.rpartition(".")[2] == _OF_PACKAGE for word in words):
        return True
    named = {f"sys.{word}" for word in words} if given and _is_system(given[0], tables) else set(words)
    return not named.isdisjoint(f"sys.{each}" for each in _SEARCHED)


def _is_system(node: ast.expr, tables: Tables) -> bool:
    if isinstance(node, ast.Name):
        return node.id in tables.system
    return isinstance(node, ast.Attribute) and node.attr == "sys"


def _is_modules(node: ast.expr, tables: Tables) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == _MODULES:
        # A name such as `_sys` may come from where it is not seen.
        likely = isinstance(node.value, ast.Name) and "sys" in node.value.id
        return likely or _is_system(node.value, tables)
    return _is_named(node, _MODULES, tables) or (isinstance(node, ast.Name) and node.id in tables.modules)


def _is_list(node: ast.expr, tables: Tables) -> bool:
    """Whether this is one of the lists that modules are looked for by."""
    if isinstance(node, ast.Attribute):
        return node.attr == _OF_PACKAGE or (node.attr in _SEARCHED and _is_system(node.value, tables))
    if isinstance(node, ast.Name):
        return node.id == _OF_PACKAGE or node.id in tables.searched
    return any(_is_named(node, name, tables) for name in _SEARCHED)


def _is_named(node: ast.expr, name: str, tables: Tables) -> bool:
    """Whether this is `getattr(sys, "name")`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr"):
        return False
    given = node.args
    asked = len(given) > 1 and isinstance(given[1], ast.Constant) and given[1].value == name
    return asked and _is_system(given[0], tables)
