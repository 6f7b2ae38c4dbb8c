"""The names that a module binds at its top level, and whether it may bind more than its text shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from laneshift.code.links import Import
from laneshift.code.type_forms import alias_target

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WRITES_NAMES = (b"globals()", b"vars()", b"locals()", b"sys.modules", b"exec(", b"setattr(", b"__path__")
_LONGEST_NAME = 200
_LAST_NAME = re.compile(rb"[A-Za-z0-9_\x80-\xff]+\s*\Z")
_LEAVES = frozenset({ast.Expr, ast.Assign, ast.FunctionDef, ast.ClassDef, ast.ImportFrom, ast.Import, ast.AnnAssign})


def bound_names(tree: ast.Module, data: bytes) -> frozenset[str]:
    """Every name bound by a statement at module level, also inside `if`, `try`, `with`, loops and `match`.

    Names before `:=` are taken from the text wherever they stand: too many rather than too few.
    """
    names = set(_before_walruses(data))
    stack: list[list[ast.stmt]] = [tree.body]
    while stack:
        for statement in stack.pop():
            names.update(_bound_by(statement))
            if type(statement) not in _LEAVES:
                stack.extend(_same_scope(statement))
    return frozenset(names)


def opens_its_namespace(data: bytes, bound: frozenset[str], imports: Iterable[Import]) -> bool:
    """Whether the module may offer names that its text does not show."""
    if "__getattr__" in bound or any(way in data for way in _WRITES_NAMES):
        return True
    return any(found.names is not None and found.names[0][0] == "*" for found in imports)


def targets(node: ast.expr) -> Iterator[str]:
    """The plain names that an assignment to `node` binds."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Tuple, ast.List)):
        for element in node.elts:
            yield from targets(element)
    elif isinstance(node, ast.Starred):
        yield from targets(node.value)


def _bound_by(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from _imported(statement)
    elif isinstance(statement, ast.Match):
        for case in statement.cases:
            yield from _captures(case.pattern)
    else:
        for target in _assigned(statement):
            yield from targets(target)


def _imported(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    for alias in statement.names:
        if alias.asname or isinstance(statement, ast.Import):
            yield alias.asname or alias.name.partition(".")[0]
        elif alias.name != "*":
            yield alias.name


def _assigned(statement: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(statement, ast.Assign):
        yield from statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        yield statement.target
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        yield from (item.optional_vars for item in statement.items if item.optional_vars is not None)
    elif (alias := alias_target(statement)) is not None:
        yield alias


def _captures(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def _same_scope(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(statement, (ast.If, ast.For, ast.AsyncFor, ast.While)):
        yield statement.body
        yield statement.orelse
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        yield statement.body
    elif isinstance(statement, (ast.Try, ast.TryStar)):
        yield statement.body
        for handler in statement.handlers:
            yield handler.body
        yield statement.orelse
        yield statement.finalbody
    elif isinstance(statement, ast.Match):
        for case in statement.cases:
            yield case.body


def _before_walruses(data: bytes) -> Iterator[str]:
    at = data.find(b":=")
    while at >= 0:
        # Looking back a little from each walrus is linear; looking for names first would try every word of the file.
        before = _LAST_NAME.search(data, max(0, at - _LONGEST_NAME), at)
        if before is not None:
            yield before.group().strip().decode("utf-8", "replace")
        at = data.find(b":=", at + 2)
