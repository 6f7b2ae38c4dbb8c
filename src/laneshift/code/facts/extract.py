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
from laneshift.code.facts.records import Facts, Problem
from laneshift.code.facts.refusal import REFUSALS, oversized, problem_of
from laneshift.code.facts.scan import scan
from laneshift.code.facts.walk import walk
from laneshift.code.links import Links
from laneshift.code.parsing import LARGEST_PARSED, PARSING

_CODE_LINE = re.compile(rb"\n[ \t\f]*[^\s#]")


def extract(data: bytes) -> Facts:
    """The facts of one file. Never raises: what cannot be parsed is scanned line by line and says why.

    So is a file over 4 MiB: its syntax tree would take hundreds of times that.
    """
    if len(data) > LARGEST_PARSED:
        return scan(data, oversized(), _count(data))
    with PARSING, _uncollected(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(data, "<blob>")
        except REFUSALS as error:
            return scan(data, problem_of("parse", error), _count(data))
    try:
        return _facts(tree, data)
    except RecursionError as error:
        return scan(data, problem_of("parse", error), _count(data))


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


def _facts(tree: ast.Module, data: bytes) -> Facts:
    walked = walk(tree, data)
    names = bound_names(tree, data) | walked.global_names
    return Facts(
        links=Links(walked.imports, names, opens_its_namespace(data, names, walked.imports)),
        symbols=symbols_of(tree),
        exports=exports_of(tree) if b"__all__" in data else None,
        effects=effects_of(tree),
        docstring=docstring_of(tree),
        lines=_count(data),
        classes=walked.classes,
        functions=walked.functions,
        tests=tests_of(tree),
    )


def _count(data: bytes) -> int:
    return len(_CODE_LINE.findall(b"\n" + data))
