"""What the source of a file says about a report of it: does it need data, and is the report of this text?"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from typing import Literal

from laneshift.reports.coverage.lines import Lines

_NEW_LINE = re.compile(rb"\r\n|\r|\n")
Need = Literal["statements", "nothing", "unparsable"]


def need(source: bytes) -> Need:
    """Whether a file has statements that a report should know; `unparsable` where Python cannot tell."""
    tree = _parsed(source)
    if tree is None:
        return "unparsable"
    return "nothing" if all(_is_text(each) for each in tree.body) else "statements"


def stale_line(source: bytes, lines: Lines) -> int | None:
    """The first line that the report takes for a statement and that has no code in this source; None where all fit."""
    written = _NEW_LINE.split(source)
    for number in sorted(lines.statements):
        text = written[number - 1].strip() if number <= len(written) else b""
        if not text or text.startswith(b"#"):
            return number
    return None


def statement_starts(source: bytes) -> Mapping[int, int]:
    """For each line of a statement the line on which that statement begins, where reports count it.

    A line of a compound statement belongs to its head or to a statement inside. Empty for what cannot be parsed.
    """
    tree = _parsed(source)
    found: dict[int, int] = {}
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.stmt):
            found.update(dict.fromkeys(range(node.lineno, _end_of_head(node) + 1), node.lineno))
    return found


def _end_of_head(node: ast.stmt) -> int:
    if isinstance(node, ast.Match):
        return max(node.lineno, node.cases[0].pattern.lineno - 1)
    body: list[ast.stmt] = getattr(node, "body", [])
    if not body:
        return node.end_lineno or node.lineno
    decorators: list[ast.expr] = getattr(body[0], "decorator_list", [])
    return max(node.lineno, min([body[0].lineno, *(each.lineno for each in decorators)]) - 1)


def _parsed(source: bytes) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
