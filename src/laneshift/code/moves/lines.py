"""How a statement stands on its line: alone or not, how far indented, and what joins it to the next."""

from __future__ import annotations

import re

from laneshift.code.moves.spans import newline_of
from laneshift.code.moves.statements import Statement
from laneshift.repo.late_patterns import late
from laneshift.repo.plain_records import NamedTuple

SAME_LINE = b" ; "
"""What joins the clauses of a split statement that shares its line with others."""

_AFTER = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")
_PRAGMA = late(rb"[ \t\f]*#[ \t]*(?:noqa|type:|pragma|pylint|isort|fmt|ruff|mypy|flake8|nosec|pyright)")


class Place(NamedTuple):
    """A statement's surroundings. `after` is what follows it on its line when it stands alone."""

    alone: bool
    indent: bytes
    after: bytes
    newline: bytes

    @property
    def pragma(self) -> bytes:
        """The trailing comment, when tools read it and every clause of a split statement needs it."""
        return self.after if _PRAGMA.match(self.after) else b""

    @property
    def glue(self) -> bytes:
        """What separates two clauses of one statement: an empty line, or ` ; ` on a shared line."""
        return self.newline + self.newline + self.indent if self.alone else SAME_LINE


def place_of(data: bytes, start: int, end: int, *, single_line: bool = False) -> Place:
    """Where the statement from `start` to `end` stands. Code quoted in a text is always on a `single_line`."""
    line_start = max(data.rfind(b"\n", 0, start), data.rfind(b"\r", 0, start)) + 1
    indent = data[line_start:start]
    found = _AFTER.match(data, end)
    alone = not single_line and found is not None and not indent.strip(b" \t\f")
    if not alone or found is None:
        return Place(False, b"", b"", b"\n")
    newline = data[found.end() : found.end() + 2]
    return Place(True, indent, found.group(), newline_of(newline if newline else data))


def joined(data: bytes, place: Place, end: int, start: int) -> bool:
    """Whether the statement that ends at `end` and the one at `start` stand as the clauses of a split one do."""
    if place.alone:
        return data[end:start] == place.after + place.glue
    return data[end:start] == SAME_LINE


def may_be_joined(data: bytes, first: Statement, second: Statement) -> bool:
    """Whether two statements may be `joined`: quick to tell, and never false where they are."""
    between = data[first.end : second.start]
    if between == SAME_LINE:
        return True
    inside = between.lstrip()
    return inside[:1] in (b"", b"#") and (b"\n\n" in between or b"\r\n\r\n" in between or b"\r\r" in between)
