"""What a file does when it is imported, as far as imports go: which modules it runs, and where its names are bound."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from laneshift.code.facts.effects import run_at_import
from laneshift.code.facts.walk import forgives
from laneshift.code.moves.exports import bound_names
from laneshift.code.moves.frame import absolute
from laneshift.code.moves.spans import parse, read_source

MOST_FILES = 600
"""How many of them are kept, and looked at for one move."""
_UNKNOWN = frozenset({"*"})
_CAUGHT = frozenset({"ImportError", "Exception", "BaseException"})
"""What an `except` may name to go on where a module is there, and not the name that is taken from it."""


class Step(NamedTuple):
    """One import that runs with a module: a name taken `from` a module, or, with none, that module alone."""

    line: int
    module: str
    names: tuple[str, ...]
    guarded: bool


class AtImport(NamedTuple):
    """What a file does when it is imported: its imports in order, and on which line each name is bound first."""

    steps: tuple[Step, ...]
    bound: dict[str, int]
    is_open: bool


NOTHING = AtImport((), {}, is_open=True)
"""What one does of which nothing is known."""


# The moves of a batch go through the same files, one move after the other.
@lru_cache(maxsize=MOST_FILES)
def at_import(data: bytes, package: str) -> AtImport:
    """What a file does when it is imported; as good as nothing where it cannot be parsed."""
    tree = parse(read_source(data))
    if tree is None:
        return NOTHING
    found: list[Step] = []
    bound: dict[str, int] = {}
    for node, guarded in _statements(tree.body):
        for name in bound_names(node):
            bound.setdefault(name, node.lineno)
        found += _steps(node, package, guarded=guarded)
    is_open = "__getattr__" in bound or any(set(step.names) & _UNKNOWN for step in found)
    return AtImport(tuple(found), bound, is_open)


def _steps(node: ast.stmt, package: str, *, guarded: bool) -> Iterator[Step]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Step(node.lineno, alias.name, (), guarded)
    elif isinstance(node, ast.ImportFrom):
        base = absolute(package, node.level, node.module or "")
        for alias in node.names if base else ():
            yield Step(node.lineno, base or "", (alias.name,), guarded)


def _statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """The statements that run when a module is imported, and whether it goes on where they fail."""
    # A stack, because a long `elif` chain is as deep as it is long.
    pending = [(iter(body), False)]
    while pending:
        left, guarded = pending[-1]
        node = next(left, None)
        if node is None:
            pending.pop()
            continue
        yield node, guarded
        if not isinstance(node, ast.ClassDef):  # what a class binds is no name of the module
            inside = [(iter(inner), guarded or _is_tried(inner, node)) for inner in run_at_import(node)]
            pending += reversed(inside)


def _is_tried(body: list[ast.stmt], node: ast.stmt) -> bool:
    """Whether a body is what a `try` tries that goes on where a name cannot be imported."""
    if not isinstance(node, ast.Try | ast.TryStar) or body is not node.body:
        return False
    return any(forgives(handler.type, _CAUGHT) for handler in node.handlers)
