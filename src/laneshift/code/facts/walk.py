"""One pass over the statements of a file, at every depth: imports with their circumstances, and counts.

Expressions are entered only where the file mentions a dynamic import at all, which keeps the pass far cheaper than
parsing. An explicit stack is used because a long `elif` chain is as deep as it is long.
"""

from __future__ import annotations

import ast
import codecs
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from laneshift.code.links import Import, ImportKind

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LEAVES = frozenset({ast.Expr, ast.Assign, ast.Return, ast.AugAssign, ast.AnnAssign, ast.Raise, ast.Assert, ast.Pass})
_FORGIVING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_DYNAMIC = (b"import_module", b"__import__")
_MAY_TELL_ENCODING = 2
_BEYOND_ASCII = rb"[\x80-\xff]"

_At = tuple[int, int, Import]


class Walked(NamedTuple):
    """What the pass found. `global_names` are declared `global` in some function, so a call may bind them."""

    imports: tuple[Import, ...]
    global_names: frozenset[str]
    classes: int
    functions: int


class _Place(NamedTuple):
    """Under which circumstances a statement runs."""

    kind: ImportKind = "runtime"
    in_function: bool = False
    guarded: bool = False


def walk(tree: ast.Module, data: bytes) -> Walked:
    """Walk every statement of `tree`, which was parsed from `data`."""
    dynamic = any(name in data for name in _DYNAMIC)
    imports: list[_At] = []
    global_names: set[str] = set()
    classes = functions = 0
    importers = _importer_names(tree, data) if dynamic else frozenset()
    lines = _lines_naming(importers, data) if dynamic else None
    stack: list[tuple[list[ast.stmt], _Place]] = [(tree.body, _Place())]
    while stack:
        body, place = stack.pop()
        for statement in body:
            kind = type(statement)
            if isinstance(statement, (ast.Import, ast.ImportFrom)):
                imports.extend(_written(statement, place))
            elif isinstance(statement, ast.Global):
                global_names.update(statement.names)
            elif kind not in _LEAVES:
                functions += kind in _FUNCTIONS
                classes += kind is ast.ClassDef
                stack.extend(_bodies(statement, place))
            if dynamic and (lines is None or _has_line(statement, lines)):
                imports.extend(_called(statement, place, importers))
    imports.sort(key=itemgetter(0, 1))
    return Walked(tuple(found for _, _, found in imports), frozenset(global_names), classes, functions)


def _written(statement: ast.Import | ast.ImportFrom, place: _Place) -> Iterator[_At]:
    if isinstance(statement, ast.ImportFrom):
        names = tuple((alias.name, alias.asname or "") for alias in statement.names)
        found = Import(statement.module or "", statement.level, names, "", statement.lineno, *place)
        yield statement.lineno, statement.col_offset, found
        return
    for alias in statement.names:
        found = Import(alias.name, 0, None, alias.asname or "", alias.lineno, *place)
        yield alias.lineno, alias.col_offset, found


def _bodies(statement: ast.stmt, place: _Place) -> Iterator[tuple[list[ast.stmt], _Place]]:
    """The statement lists inside `statement`, each with its circumstances."""
    if isinstance(statement, _FUNCTIONS):
        yield statement.body, _Place(place.kind, True, place.guarded)
    elif isinstance(statement, ast.If):
        yield statement.body, _under(statement.test, place)
        yield statement.orelse, _under_else(statement.test, place)
    elif isinstance(statement, (ast.Try, ast.TryStar)):
        forgiving = any(forgives(handler.type) for handler in statement.handlers)
        yield statement.body, place._replace(guarded=place.guarded or forgiving)
        for handler in statement.handlers:
            yield handler.body, place
        yield statement.orelse, place
        yield statement.finalbody, place
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        suppressed = any(_suppresses(item.context_expr) for item in statement.items)
        yield statement.body, place._replace(guarded=place.guarded or suppressed)
    elif isinstance(statement, (ast.For, ast.AsyncFor, ast.While)):
        yield statement.body, place
        yield statement.orelse, place
    elif isinstance(statement, ast.ClassDef):
        yield statement.body, place
    elif isinstance(statement, ast.Match):
        for case in statement.cases:
            yield case.body, place


def _under(test: ast.expr, place: _Place) -> _Place:
    if is_type_checking(test):
        return place._replace(kind="type-checking")
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) and any(map(is_type_checking, test.values)):
        return place._replace(kind="type-checking")
    return place


def _under_else(test: ast.expr, place: _Place) -> _Place:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and is_type_checking(test.operand):
        return place._replace(kind="type-checking")
    return place


def is_type_checking(test: ast.expr) -> bool:
    """Whether `test` is `TYPE_CHECKING`, however it is reached."""
    return last_name(test) == "TYPE_CHECKING"


def last_name(node: ast.expr | None) -> str:
    """The last part of a dotted name; empty for any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def forgives(caught: ast.expr | None, forgiving: frozenset[str] = _FORGIVING) -> bool:
    """Whether what an `except` catches is any of these errors: those of an import that fails."""
    if isinstance(caught, ast.Tuple):
        return any(forgives(each, forgiving) for each in caught.elts)
    return caught is None or last_name(caught) in forgiving


def _suppresses(entered: ast.expr) -> bool:
    if not isinstance(entered, ast.Call) or last_name(entered.func) != "suppress":
        return False
    return any(map(forgives, entered.args))


def _importer_names(tree: ast.Module, data: bytes) -> frozenset[str]:
    """The names under which this file calls `import_module` and `__import__`."""
    names = {"import_module", "__import__"}
    for node in ast.walk(tree) if b"import_module as" in data else ():
        if isinstance(node, ast.ImportFrom) and node.module == "importlib":
            names.update(alias.asname for alias in node.names if alias.name in names and alias.asname)
    return frozenset(names)


def _lines_naming(importers: frozenset[str], data: bytes) -> list[int] | None:
    """The lines that may name one of these, in order from 1; None where a file's bytes may not be its letters.

    Letters beyond ASCII may be another way to write a name, so a line with any of them is one.
    """
    lines = data.splitlines()
    if any(b"coding" in line for line in lines[:_MAY_TELL_ENCODING]):
        return None
    naming = re.compile(b"|".join([_BEYOND_ASCII, *(re.escape(name.encode()) for name in importers)]))
    if data.startswith(codecs.BOM_UTF8):
        lines[0] = lines[0].removeprefix(codecs.BOM_UTF8)
    return [at for at, line in enumerate(lines, 1) if naming.search(line)]


def _has_line(statement: ast.stmt, lines: Sequence[int]) -> bool:
    """Whether one of these lines is of `statement`, or of what stands inside it."""
    decorators = getattr(statement, "decorator_list", None)
    after = bisect_left(lines, decorators[0].lineno if decorators else statement.lineno)
    return after < len(lines) and lines[after] <= (statement.end_lineno or statement.lineno)


def _called(statement: ast.stmt, place: _Place, importers: frozenset[str]) -> Iterator[_At]:
    """The dynamic imports of a literal name in the expressions of `statement` itself."""
    for child in _expressions(statement):
        for node in ast.walk(child):
            if isinstance(node, ast.Call) and last_name(node.func) in importers:
                found = _literal_import(node, place)
                if found is not None:
                    yield node.lineno, node.col_offset, found


def _expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """What stands in a statement beside others: also what an `except` catches and what guards a `case`."""
    for child in ast.iter_child_nodes(statement):
        within: Iterable[ast.AST] = (child,)
        if isinstance(child, ast.excepthandler | ast.match_case):
            within = ast.iter_child_nodes(child)
        yield from (each for each in within if not isinstance(each, ast.stmt))


def _literal_import(call: ast.Call, place: _Place) -> Import | None:
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    name = _text(call.args[0] if call.args else given.get("name"))
    module = name.lstrip(".")
    if not module or not all(part.isidentifier() for part in module.split(".")):
        return None
    level = len(name) - len(module)
    package = _text(call.args[1] if len(call.args) > 1 else given.get("package"))
    if level and package:
        parents = package.split(".")
        if level > len(parents):
            return None
        module, level = ".".join([*parents[: len(parents) - level + 1], module]), 0
    return Import(module, level, None, "", call.lineno, "dynamic", place.in_function, place.guarded)


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
