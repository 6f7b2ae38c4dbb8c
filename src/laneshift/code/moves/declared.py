"""`global a` in a function that says `import a.b.c`: the declaration follows the name that the import binds.

`import a.b.c` binds `a`, and `global a` makes that the module's. After the move the import binds `x` (or an alias), so
`x` is declared, and `a` no longer where nothing in the function binds it any more. Names go in where the alphabet
puts them, so that the way back finds them there.
"""

from __future__ import annotations

import ast
import re
from bisect import insort
from collections.abc import Iterator, Sequence

from laneshift.code.moves.frame import Frame
from laneshift.code.moves.imports import renamed_name
from laneshift.code.moves.names import Decisions
from laneshift.code.moves.scopes import Survey
from laneshift.code.moves.spans import Source, Span
from laneshift.code.moves.suites import Found
from laneshift.repo.plain_records import NamedTuple


class _Change(NamedTuple):
    """What one imported name binds before and after; empty where the statement goes, or only comes."""

    before: str
    after: str


def declared_spans(
    source: Source, found: Sequence[Found], seen: Survey, decisions: Decisions, frame: Frame
) -> Iterator[Span]:
    """The edits in `global` statements that the decisions about imports ask for."""
    for scope, node in seen.declared:
        if isinstance(node, ast.Global):
            here = [each for each in found if seen.scope_of[id(each.node)] is scope]
            changes = list(_changes(source.data, here, decisions, frame, node))
            bound = {change.after for change in changes} | (seen.module.others - seen.module.imports.keys())
            gone = {change.before for change in changes} - bound
            new = {change.after for change in changes if change.before != change.after} - {*node.names, ""}
            yield from _span(source, node, gone, sorted(new))


def _changes(
    data: bytes, here: Sequence[Found], decisions: Decisions, frame: Frame, node: ast.Global
) -> Iterator[_Change]:
    """For every import of one function whose name the function declares, what it binds."""
    for each in here:
        for name in each.text.names:
            before = name.alias or (name.text if each.text.is_from else name.text.partition(".")[0])
            after = before
            if each in decisions.dropped:
                after = ""
            elif not each.text.is_from:
                spelled = decisions.spelled.get(name.start) or renamed_name(data, name, frame)
                after = _name(spelled.decode("utf-8", "surrogateescape"))
            if before in node.names:
                yield _Change(before, after)
    for anchor, target in decisions.supports:
        declares = any(_name(data[name.start : name.end].decode()) in node.names for name in anchor.text.names)
        if anchor in here and declares:
            yield _Change("", _name(target))


def _name(target: str) -> str:
    """What `import target` binds, where `target` may end with an alias."""
    dotted, _, alias = (part.strip() for part in target.partition(" as "))
    return alias or dotted.partition(".")[0]


def _span(source: Source, node: ast.Global, gone: set[str], new: list[str]) -> Iterator[Span]:
    start = source.offset(node.lineno, node.col_offset)
    end = source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    lost = [name for name in node.names if name in gone]
    if len(lost) == len(new) == 1:
        word = re.compile(rb"(?<![A-Za-z0-9_\x80-\xff])" + re.escape(lost[0].encode()) + rb"(?![A-Za-z0-9_\x80-\xff])")
        found = word.search(source.data, start + len(b"global"), end)
        if found is not None:
            yield Span(found.start(), found.end(), new[0].encode(), "declaration")
        return
    names = [name for name in node.names if name not in gone]
    for name in new:
        insort(names, name)
    if names and names != node.names:
        yield Span(start, end, f"global {', '.join(names)}".encode(), "declaration")
