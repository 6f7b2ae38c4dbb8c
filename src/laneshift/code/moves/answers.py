"""`__import__("a.b.c")` answers with the top package `a`: what is read from the answer, before and after a move.

The name in the call is text and rewritten as such; the attributes that lead from the top package to the module must
change with it. Where no attributes show what the answer is used for, nothing is certain and the place is reported.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from laneshift.code.moves.frame import Frame
from laneshift.code.moves.imports import respell
from laneshift.code.moves.spans import Source, Span
from laneshift.repo.late_patterns import late
from laneshift.repo.plain_records import NamedTuple

_WORD = b"__import__"
_NO_ANSWER = late(rb"__import__[ \t]*(?:[\"'`.,=:\]}]|\([ \t\r\n]*[A-Za-z_][A-Za-z0-9_.]*[ \t\r\n]*[,)])")
"""Where it is not called, or is given a name that only the run knows."""
_LIST, _LEVEL = 3, 4


class Answer(NamedTuple):
    """One call with a literal name; `attributes` are read from its answer, `dropped` where nobody takes the answer."""

    call: ast.Call
    name: str
    attributes: tuple[ast.Attribute, ...]
    dropped: bool
    formatted: bool

    @property
    def reached(self) -> str:
        """The dotted name that the attributes lead to."""
        return ".".join([self.name.partition(".")[0], *(each.attr for each in self.attributes)])

    @property
    def is_top(self) -> bool:
        """Whether the call answers with the top package: it names nothing to be taken from the module itself."""
        return not _given(self.call, "fromlist", _LIST)

    @property
    def is_relative(self) -> bool:
        """Whether the name is relative to the package of the file."""
        return _given(self.call, "level", _LEVEL)

    def leads_to(self, old: str) -> bool:
        """Whether the attributes lead to the module `old` or on from it, so that they can be rewritten."""
        return not self.dropped and not self.formatted and f"{self.reached}.".startswith(f"{old}.")

    def is_uncertain(self, old: str) -> bool:
        """Whether the call names the module `old` and its answer may be used in a way that the text does not show."""
        if self.is_relative:
            return self.name.rpartition(".")[2] == old.rpartition(".")[2]
        names = f"{self.name}.".startswith(f"{old}.")
        return names and self.is_top and not self.dropped and not self.leads_to(old)


class _Around(NamedTuple):
    """What a node stands in: the attributes read from it, whether it is a statement, whether in an f-string."""

    attributes: tuple[ast.Attribute, ...] = ()
    dropped: bool = False
    formatted: bool = False


_PLAIN, _FORMATTED = _Around(), _Around(formatted=True)


def may_answer(data: bytes) -> bool:
    """Whether a file may hold a call that `answers` gives; a search that is many times cheaper than a tree."""
    return _WORD in data and data.count(_WORD) != len(_NO_ANSWER.findall(data))


def answers(tree: ast.AST) -> Iterator[Answer]:
    """Every call of `__import__` with a literal name."""
    waiting: list[tuple[ast.AST, _Around]] = [(tree, _Around())]
    while waiting:
        node, around = waiting.pop()
        formatted = around.formatted or isinstance(node, ast.JoinedStr)
        if isinstance(node, ast.Attribute):
            waiting.append((node.value, _Around((node, *around.attributes), False, formatted)))
            continue
        if isinstance(node, ast.Expr):
            waiting.append((node.value, _Around((), True, formatted)))
            continue
        if isinstance(node, ast.Call) and (name := _named(node)) is not None:
            yield Answer(node, name, around.attributes, around.dropped, formatted)
        # One for all: most nodes of a large file stand in nothing of note.
        inside = _FORMATTED if formatted else _PLAIN
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


def answer_spans(source: Source, tree: ast.Module, frame: Frame) -> Iterator[Span]:
    """The edits in the attributes of every answer that leads to the moved module."""
    for answer in answers(tree):
        if answer.is_top and not answer.is_relative and frame.renames(answer.name) and answer.leads_to(frame.old):
            yield _span(source, answer, frame)


def _span(source: Source, answer: Answer, frame: Frame) -> Span:
    old, new = (name.partition(".")[2] for name in (frame.old, frame.new))
    at = _end(source, answer.call)
    if not old:
        return Span(at, at, f".{new}".encode("utf-8", "surrogateescape") if new else b"", "attribute")
    end = _end(source, answer.attributes[old.count(".")])
    first = _end(source, answer.attributes[0]) - len(answer.attributes[0].attr.encode())
    if not new:
        return Span(source.data.rfind(b".", at, first), end, b"", "attribute")
    return Span(first, end, respell(source.data[first:end], old, new), "attribute")


def _end(source: Source, node: ast.expr) -> int:
    return source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)


def _named(call: ast.Call) -> str | None:
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    first = call.args[0] if call.args else None
    if called == "__import__" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None


def _given(call: ast.Call, keyword: str, position: int) -> bool:
    """Whether an argument is given and not plainly empty."""
    named = next((each.value for each in call.keywords if each.arg == keyword), None)
    value = named if named is not None else call.args[position] if len(call.args) > position else None
    if isinstance(value, ast.Constant):
        return bool(value.value)
    return value is not None and not (isinstance(value, ast.List | ast.Tuple) and not value.elts)
