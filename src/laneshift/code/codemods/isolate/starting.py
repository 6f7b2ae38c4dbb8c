"""Where the program starts: there the registry starts with what the lane provides. Pure."""

from __future__ import annotations

import ast
from itertools import takewhile

from laneshift.code.codemods.isolate.bindings import Odd
from laneshift.code.codemods.isolate.placing import binding
from laneshift.code.moves.spans import Source, Span, apply, newline_of, parse, read_source

_LOCAL = "start_lanes"


def started(raw: bytes, function: str, registry: str, providers: str) -> bytes:
    """The file that starts the registry with `providers`, in `function` or, without one, once it has its imports.

    A file that names `providers` already stays as it is. Raises `Odd` where there is no place for it.
    """
    source = read_source(raw)
    tree = parse(source)
    if tree is None:
        raise Odd("unreadable", 0, "this Python cannot read the file where the program starts")
    if any(isinstance(node, ast.Constant) and node.value == providers for node in ast.walk(tree)):
        return raw
    texts = (f"from {registry} import start as {_LOCAL}", f'{_LOCAL}("{providers}")')
    data = apply(source.data, [_span(tree, source, function, texts)])
    return source.restore(data)


def _span(tree: ast.Module, source: Source, function: str, texts: tuple[str, ...]) -> Span:
    body = _body(tree, function) if function else tree.body
    first = [*takewhile(_is_docstring, body[:1])]
    rest = body[len(first) :] if function else _after_imports(body[len(first) :])
    if rest:
        return binding(rest[0], texts, source, "start")
    if function:
        raise Odd("no-start", body[0].lineno, f"`{function}` does nothing that could be started before")
    end = newline_of(source.data)
    apart = b"" if not source.data or source.data.endswith((b"\n", b"\r")) else end
    return Span(len(source.data), len(source.data), apart + b"".join(text.encode() + end for text in texts), "start")


def _body(tree: ast.Module, function: str) -> list[ast.stmt]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == function:
            return node.body
    raise Odd("no-start", 0, f"the file has no function `{function}`")


def _after_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    """What follows the imports at the top."""
    return body[len([*takewhile(lambda node: isinstance(node, (ast.Import, ast.ImportFrom)), body)]) :]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
