"""What a syntax tree shows and cannot settle: reported with its line, because a rewrite would be a guess."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from laneshift.code.moves import answers, lazy
from laneshift.code.moves.frame import Frame
from laneshift.repo.plain_records import NamedTuple


class Unsure(NamedTuple):
    """A line, from 1, and the kind of notice that it deserves."""

    line: int
    kind: str


def wants_tree(data: bytes, frame: Frame) -> bool:
    """Whether a Python file may hold something of the kind; a search that is many times cheaper than a tree."""
    if answers.may_answer(data) or lazy.holds_tables(data, frame):
        return True
    if _binds_the_same(frame) or b"nonlocal" not in data:
        return False
    first = re.escape(frame.old.partition(".")[0].encode("utf-8", "surrogateescape"))
    return re.search(rb"nonlocal\b[^\r\n]*\b" + first + rb"\b", data) is not None


def unsure(tree: ast.Module, frame: Frame, *, has_stub: bool) -> Iterator[Unsure]:
    """What one file holds. `has_stub` says whether a stub with the package's names stands beside it."""
    for answer in answers.answers(tree):
        if answer.is_uncertain(frame.old):
            yield Unsure(answer.call.lineno, "computed-name")
    yield from _nonlocal(tree, frame)
    if frame.is_init and frame.old.startswith(f"{frame.package_before}."):
        yield from _tables(tree, frame, has_stub=has_stub)


def _nonlocal(tree: ast.Module, frame: Frame) -> Iterator[Unsure]:
    """`nonlocal a` beside `import a.b.c`: the function around would have to bind the new name as well."""
    if _binds_the_same(frame):
        return
    first = frame.old.partition(".")[0]
    nodes = list(ast.walk(tree))
    imports = (alias for node in nodes if isinstance(node, ast.Import) for alias in node.names)
    if any(alias.asname is None and frame.renames(alias.name) for alias in imports):
        found = (node for node in nodes if isinstance(node, ast.Nonlocal) and first in node.names)
        yield from (Unsure(node.lineno, "declared-name") for node in found)


def _binds_the_same(frame: Frame) -> bool:
    """Whether an `import` of the module binds the same name after the move."""
    return "." not in frame.old or frame.old.partition(".")[0] == frame.new.partition(".")[0]


def _tables(tree: ast.Module, frame: Frame, *, has_stub: bool) -> Iterator[Unsure]:
    package = frame.package_before
    for entry in lazy.entries(tree, frame.old[len(package) + 1 :]):
        if lazy.renamed_entry(entry, package, frame) is None:
            yield Unsure(entry.node.lineno, "lazy-table")
    call = lazy.stub_call(tree) if has_stub and not frame.new.startswith(f"{package}.") else None
    if call is not None:
        yield Unsure(call.lineno, "lazy-table")
