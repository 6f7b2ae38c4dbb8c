"""From the bytes of a Python file to its facts: a pure function that takes any bytes."""

from __future__ import annotations

import ast
import gc
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from laneshift.code.facts.effects import effects_of
from laneshift.code.facts.names import bound_names, opens_its_namespace
from laneshift.code.facts.outline import docstring_of, exports_of, symbols_of, tests_of
from laneshift.code.facts.records import Facts, Links, Problem
from laneshift.code.facts.scan import scan
from laneshift.code.facts.walk import walk
from laneshift.code.parsing import PARSING

LARGEST_PARSED = 4 * 1024 * 1024
_CODE_LINE = re.compile(rb"\n[ \t\f]*[^\s#]")
# Everything that CPython is known to raise on hostile source: bad syntax, NUL bytes, digits beyond the limit, cookies
# that name no text codec, and nesting beyond the stack of the parser or of the compiler.
_REFUSALS = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError, OverflowError, SystemError)


def extract(data: bytes) -> Facts:
    """The facts of one file. Never raises: what cannot be parsed is scanned line by line and says why.

    So is a file over 4 MiB: its syntax tree would take hundreds of times that.
    """
    if len(data) > LARGEST_PARSED:
        return scan(data, Problem("parse", 0, f"larger than {LARGEST_PARSED} bytes"), _count(data))
    with PARSING, _uncollected(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data, "<blob>")
        except _REFUSALS as error:
            return scan(data, _problem("parse", error), _count(data))
        problem = _compile_problem(tree)
    try:
        return _facts(tree, data, problem)
    except RecursionError as error:
        return scan(data, _problem("parse", error), _count(data))


def too_large() -> Facts:
    """The facts of a file that is too large even to be read: nothing is known about it, and it says so."""
    return Facts(Links(is_open=True), Problem("parse", 0, "too large to be read"))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection while a syntax tree grows: all of it is alive, and looking costs a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _facts(tree: ast.Module, data: bytes, problem: Problem | None) -> Facts:
    walked = walk(tree, data)
    names = bound_names(tree, data) | walked.global_names
    return Facts(
        links=Links(walked.imports, names, opens_its_namespace(data, names, walked.imports)),
        problem=problem,
        symbols=symbols_of(tree),
        exports=exports_of(tree) if b"__all__" in data else None,
        effects=effects_of(tree),
        docstring=docstring_of(tree),
        lines=_count(data),
        classes=walked.classes,
        functions=walked.functions,
        tests=tests_of(tree),
    )


def _compile_problem(tree: ast.Module) -> Problem | None:
    """What the compiler refuses although the parser does not: `return` outside a function, duplicate parameters."""
    try:
        compile(tree, "<blob>", "exec", dont_inherit=True)
    except _REFUSALS as error:
        return _problem("compile", error)
    return None


def _problem(stage: str, error: BaseException) -> Problem:
    line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
    reason = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
    return Problem("compile" if stage == "compile" else "parse", line, str(reason)[:200])


def _count(data: bytes) -> int:
    return len(_CODE_LINE.findall(b"\n" + data))
