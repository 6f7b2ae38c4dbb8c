"""Import statements found without a parser, for files in which nothing else can refer to the module.

In most files a module is named by `from a.b.c import x` alone. There the text of the statement says everything, and
building a syntax tree would cost more than all other work together.
"""

from __future__ import annotations

import re

from laneshift.code.moves.regions import Regions
from laneshift.code.moves.statements import Statement, parse_at

_FROM = re.compile(rb"from(?=[ \t\f\\.])")
_IMPORT = re.compile(rb"import(?=[ \t\f\\])")


def find_statements(data: bytes, known: Regions) -> list[Statement]:
    """Every import statement outside strings and comments, in the order of the text."""
    starts = [found.start() for found in _FROM.finditer(data) if _begins(data, found.start())]
    for found in _IMPORT.finditer(data):
        start = found.start()
        start -= 1 if data.startswith(b"c", start - 1) and start else 0
        if _begins(data, start):
            starts.append(start)
    statements: list[Statement] = []
    for start in sorted(starts):
        if statements and start < statements[-1].end:
            continue
        # Prose in a string seldom reads as a statement, and asking where strings are costs a scan up to that place.
        statement = parse_at(data, start)
        if statement is not None and known.around(start) is None:
            statements.append(statement)
    return statements


def _begins(data: bytes, start: int) -> bool:
    """Whether a statement can begin at `start`: on a new line, or after a colon or a semicolon."""
    at = start - 1
    while at >= 0 and data[at] in b" \t\f":
        at -= 1
    return at < 0 or data[at] in b"\r\n;:"
