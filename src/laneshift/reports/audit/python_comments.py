"""Comments of Python, by its own tokens. Pure."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator


def comments(data: bytes) -> Iterator[tuple[int, str]]:
    """The line and the text of each comment; those before the first fault of a file that is not Python."""
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string.lstrip("#").strip()
    except (tokenize.TokenError, SyntaxError, ValueError):
        return


def symbols(data: bytes) -> dict[int, str]:
    """The innermost function or class that each line belongs to; nothing for a file that is not Python."""
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[int, str] = {}
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, name = pending.pop()
        for child in ast.iter_child_nodes(node):
            inner = name
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = f"{name}.{child.name}".lstrip(".")
                found.update(dict.fromkeys(range(child.lineno, (child.end_lineno or child.lineno) + 1), inner))
            pending.append((child, inner))
    return found
