"""One `from module import names`, taken apart so that it can be split and joined without losing a byte.

A statement whose names part ways is split into one clause for each run of names with the same module, in the order of
the names. Clauses that a move makes equal again are joined. Splitting and joining are inverse to each other: that,
and not a record, makes a move back restore the bytes, and makes moves commute. Two statements that stood as clauses of
one without being that are kept apart by a second space before the `import` of the first, while they differ.
"""

from __future__ import annotations

from laneshift.repo.plain_records import NamedTuple

_APART = b"  import"


class Clause(NamedTuple):
    """`from` + gap + module + middle + body. `before` and `tail` are what brackets hold around the names."""

    gap: bytes
    module: bytes
    middle: bytes
    body: bytes
    bracketed: bool = False
    before: bytes = b""
    tail: bytes = b""
    plain_import: bytes = b""

    @property
    def text(self) -> bytes:
        """The clause as source."""
        if self.plain_import:
            return self.plain_import
        names = b"(" + self.before + self.body + self.tail + b")" if self.bracketed else self.body
        return b"from" + self.gap + self.module + self.middle + names

    @property
    def apart(self) -> bool:
        """Whether the clause is marked as no part of one statement with the next."""
        return self.middle.startswith(_APART)

    def set_apart(self, apart: bool) -> Clause:
        """The clause with that mark, or without it; some spellings cannot carry it."""
        if self.plain_import or apart == self.apart or not self.middle.startswith((_APART, _APART[1:])):
            return self
        return self._replace(middle=b" " + self.middle if apart else self.middle[1:])

    def same_head(self, other: Clause) -> bool:
        """Whether both import from the same module in the same way."""
        return (
            not self.plain_import
            and not other.plain_import
            and (self.gap, self.module, self.middle) == (other.gap, other.module, other.middle)
        )


def cut(whole: Clause, separator: bytes, rest: bytes, indent: bytes) -> tuple[Clause, Clause]:
    """Split where `separator` stands before the names in `rest`; `whole.body` holds the names before it."""
    if not whole.bracketed:
        right = whole._replace(body=rest)
        if separator == b", ":
            return whole, right
        return whole._replace(bracketed=True, tail=separator), right
    line_end = _line_end(separator)
    if line_end is not None:
        newline = separator[line_end[0] : line_end[1]]
        left = whole._replace(tail=separator[: line_end[1]] + indent)
        return left, whole._replace(before=newline + separator[line_end[1] :], body=rest)
    tail = b"" if separator == b", " else separator
    return whole._replace(tail=tail), whole._replace(before=b"", body=rest)


def join(left: Clause, right: Clause, indent: bytes) -> Clause | None:
    """The clause that `cut` would have split into these two; None when there is none."""
    if not left.same_head(right):
        return None
    separator = _separator(left, right, indent)
    if separator is None:
        return None
    body = left.body + separator + right.body
    joined = right._replace(before=left.before, body=body)
    whole = joined._replace(body=left.body)
    if [each.text for each in cut(whole, separator, right.body, indent)] != [left.text, right.text]:
        return None
    return joined


def _separator(left: Clause, right: Clause, indent: bytes) -> bytes | None:
    if not left.bracketed:
        return None if right.bracketed else b", "
    if not right.bracketed:
        return left.tail if b"," in left.tail and not left.before else None
    newline = next((mark for mark in (b"\r\n", b"\n", b"\r") if right.before.startswith(mark)), None)
    if newline is not None and left.tail.endswith(newline + indent):
        separator = left.tail[: len(left.tail) - len(indent)] + right.before[len(newline) :]
        return separator if _line_end(separator) is not None else None
    if right.before:
        return None
    return (left.tail or b", ") if not left.tail or b"," in left.tail else None


def _line_end(separator: bytes) -> tuple[int, int] | None:
    """Where the first line end after the comma is, or None when the comma is not on the first line."""
    comma = separator.find(b",")
    ends = [at for at in (separator.find(b"\r"), separator.find(b"\n")) if at >= 0]
    if not ends or comma < 0 or comma > min(ends) or 0 <= separator.find(b"#") < comma:
        return None
    start = min(ends)
    return start, start + (2 if separator.startswith(b"\r\n", start) else 1)
