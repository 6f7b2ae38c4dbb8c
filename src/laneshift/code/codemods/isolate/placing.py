"""Where in a function a name has to be bound, so that every use finds it and no other path through it does. Pure."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from laneshift.code.codemods.isolate.bindings import Odd
from laneshift.code.codemods.isolate.uses import Function
from laneshift.code.moves.spans import Source, Span, newline_of

_INTO = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.FunctionDef, ast.AsyncFunctionDef)


def place(function: Function, uses: Sequence[ast.Name], source: Source) -> ast.stmt:
    """The statement before which the name has to be bound: in the innermost block that holds every use."""
    block: Sequence[ast.stmt] = function.body
    while True:
        node = next(each for each in block if _holds(each, uses))
        inner = _inner(node, uses, source) if isinstance(node, _INTO) else None
        if inner is None:
            return node
        block = inner


def _inner(node: ast.stmt, uses: Sequence[ast.Name], source: Source) -> Sequence[ast.stmt] | None:
    """The one block of a statement that holds all uses, where lines can be put into it."""
    blocks = [value for name in ("body", "orelse") if isinstance(value := getattr(node, name, None), list) and value]
    for block in blocks:
        if sum(_count(each, uses) for each in block) == len(uses):
            first = block[0]
            apart = not source.data[source.starts[first.lineno - 1] : _start(first, source)].strip()
            return block if apart and not _is_elif(first, source) else None
    return None


def _is_elif(node: ast.stmt, source: Source) -> bool:
    return isinstance(node, ast.If) and source.data.startswith(b"elif", _start(node, source))


def _holds(node: ast.stmt, uses: Sequence[ast.Name]) -> bool:
    return _count(node, uses) > 0


def _count(node: ast.AST, uses: Sequence[ast.Name]) -> int:
    wanted = {id(use) for use in uses}
    return sum(id(each) in wanted for each in ast.walk(node))


def _start(node: ast.stmt, source: Source) -> int:
    decorators = getattr(node, "decorator_list", [])
    if decorators:
        at = source.offset(decorators[0].lineno, 0)
        return at + len(source.data[at:]) - len(source.data[at:].lstrip())
    return source.offset(node.lineno, node.col_offset)


def binding(node: ast.stmt, texts: Sequence[str], source: Source, form: str) -> Span:
    """The statements of `texts` in front of `node`. Raises `Odd` where there is no line to put them on."""
    at = _start(node, source)
    line = source.data.rfind(b"\n", 0, at) + 1
    indent = source.data[line:at]
    end = newline_of(source.data)
    lines = [part for text in texts for part in text.split("\n")]
    if not indent.strip():
        return Span(line, line, b"".join(indent + part.encode() + end if part else end for part in lines), form)
    if any("\n" in text for text in texts):
        raise Odd("one-line-body", node.lineno, "the function stands on one line, and a `try` needs several")
    return Span(at, at, "; ".join(lines).encode() + b"; ", form)


def removal(node: ast.stmt, kept: Sequence[ast.alias], source: Source) -> Span:
    """Take an import away, or leave those of its names that do not come from the lane."""
    start = source.offset(node.lineno, node.col_offset)
    end = source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    if kept and isinstance(node, ast.Import):
        return Span(start, end, ast.unparse(ast.Import(names=list(kept))).encode(), "import")
    if kept and isinstance(node, ast.ImportFrom):
        rest = ast.ImportFrom(module=node.module, names=list(kept), level=node.level)
        return Span(start, end, ast.unparse(rest).encode(), "from-import")
    return whole_lines(start, end, source)


def whole_lines(start: int, end: int, source: Source) -> Span:
    """The statement with its line, or, where others stand on that line, with the semicolon that parts them."""
    data = source.data
    line = data.rfind(b"\n", 0, start) + 1
    stop = data.find(b"\n", end)
    stop = len(data) if stop < 0 else stop + 1
    before, after = data[line:start], data[end:stop]
    if not before.strip() and (not after.strip() or after.lstrip().startswith(b"#")):
        return Span(line, stop, b"", "import")
    if after.lstrip().startswith(b";"):
        rest = after.lstrip()[1:]
        return Span(start, stop - len(rest.lstrip(b" \t")), b"", "import")
    return Span(data.rindex(b";", line, start), end, b"", "import")
