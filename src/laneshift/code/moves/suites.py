"""The import statements of a syntax tree, found by walking statements only."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.moves.spans import Source
from laneshift.code.moves.statements import Statement, parse_at
from laneshift.repo.plain_records import NamedTuple


class Found(NamedTuple):
    """An import statement: its node, its text, and the unbroken run of imports in its suite from itself on."""

    node: ast.Import | ast.ImportFrom
    text: Statement
    run: tuple[ast.stmt, ...]


def find_imports(tree: ast.Module, source: Source) -> list[Found]:
    """Every import statement, in the order of the text."""
    found: list[Found] = []
    for suite in _suites(tree):
        for index, node in enumerate(suite):
            if isinstance(node, ast.Import | ast.ImportFrom):
                text = parse_at(source.data, source.offset(node.lineno, node.col_offset))
                if text is not None:
                    found.append(Found(node, text, _run(suite, index)))
    return sorted(found, key=lambda each: each.text.start)


def _run(suite: list[ast.stmt], index: int) -> tuple[ast.stmt, ...]:
    stop = index
    while stop < len(suite) and isinstance(suite[stop], ast.Import | ast.ImportFrom):
        stop += 1
    return tuple(suite[index:stop])


def _suites(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    waiting: list[list[ast.stmt]] = [tree.body]
    while waiting:
        suite = waiting.pop()
        yield suite
        for node in suite:
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(node, name, None)
                if inner:
                    waiting.append(inner)
            for name in ("handlers", "cases"):
                waiting += [each.body for each in getattr(node, name, ())]
