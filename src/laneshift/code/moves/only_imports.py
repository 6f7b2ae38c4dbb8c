"""Files in which every mention of the module stands in an import statement, found without looking at the rest.

Most files are like that. Their other import statements, strings and comments then have no say, so only the statements
that mention the module are read, with those that stand as clauses of one statement with them.
"""

from __future__ import annotations

import re

from laneshift.code.moves.regions import Regions, goes_back, words_ending
from laneshift.code.moves.statements import Statement, parse_at

_HEAD = re.compile(rb"[ \t\f]*(?:from[ \t\f.]|c?import[ \t\f])")
_NEXT = re.compile(rb"(?: ; |[ \t\f]*(?:#[^\r\n]*)?(?:\r\n\r\n|\n\n|\r\r)[ \t\f]*)(?=from[ \t\f\\.]|c?import[ \t\f\\])")
_REST = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?")
_EMPTY_LINE = (b"\r\n\r\n", b"\n\n", b"\r\r")
_LINE_CONTINUES = (b"\\\n", b"\\\r\n", b"\\\r")
_INDENT = b" \t\f"
_LONGEST = 4_000


def only_imports(data: bytes, known: Regions, last: bytes) -> list[Statement] | None:
    """The import statements that mention `last`, and their neighbours that may be one with them, in their order.

    None where `last` stands anywhere else, and where it takes more to be sure than a look at the lines around it.
    """
    found: list[Statement] = []
    for at in words_ending(data, last):
        if known.around(at) is not None:
            return None
        done = found[-1].end if found else 0
        if at < done or goes_back(data, at):
            continue
        statement = _around(data, at)
        if statement is None or known.around(statement.start) is not None:
            return None
        before = _before(data, known, statement.start, done)
        if before is None:
            return None
        found += [*before, statement, *_after(data, statement.end)]
    return found


def _around(data: bytes, at: int) -> Statement | None:
    """The statement around `at`, if it begins with its line: that of `at`, or of the bracket before it."""
    start = _line(data, at)
    if not _HEAD.match(data, start):
        opened = data.rfind(b"(", max(0, start - _LONGEST), at)
        start = _line(data, opened) if opened >= 0 else start
    statement = _first_of(data, start)
    return statement if statement is not None and at < statement.end else None


def _first_of(data: bytes, line: int) -> Statement | None:
    """The import statement with which the line that starts at `line` begins."""
    found = _HEAD.match(data, line)
    if found is None or data.endswith(_LINE_CONTINUES, 0, line):
        return None
    while data[line] in _INDENT:
        line += 1
    return parse_at(data, line)


def _before(data: bytes, known: Regions, start: int, done: int) -> list[Statement] | None:
    """Statements after `done`, an empty line between each and the next, the last before `start`; None where unclear."""
    found: list[Statement] = []
    while True:
        line = _line(data, start)
        end = line - len(next((mark for mark in _EMPTY_LINE if data.endswith(mark, 0, line)), b""))
        above = _line(data, end)
        if end == line or above < done:
            return found
        if not _HEAD.match(data, above):
            text = data[above:end]
            unclear = b")" in text or b"import" in text or data.endswith(_LINE_CONTINUES, 0, above)
            return None if unclear else found
        statement = _first_of(data, above)
        rest = _REST.match(data, statement.end) if statement is not None else None
        if statement is None or rest is None or rest.end() != end or known.around(statement.start) is not None:
            return None
        found.insert(0, statement)
        start = statement.start


def _after(data: bytes, end: int) -> list[Statement]:
    """The statements that follow the one that ends at `end` in the way that the clauses of a split one do."""
    found: list[Statement] = []
    while (gap := _NEXT.match(data, end)) is not None:
        statement = parse_at(data, gap.end())
        if statement is None:
            break
        found.append(statement)
        end = statement.end
    return found


def _line(data: bytes, at: int) -> int:
    """Where the line of `at` starts."""
    return max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
