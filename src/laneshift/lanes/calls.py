"""Calls of certain functions, found by words where these leave no doubt: each as the text of its own expression.

To parse such a text takes next to nothing. A function that is named in any other way than by a call, by a plain import
or in a longer text may be called by another name, and then the parser has to see more of the file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from laneshift.lanes.reading import STRING, Span, is_one_string, passed, plain_statement, standing, told_by

_PIECE = re.compile(rf"(?P<string>{STRING}|[\"'])|#[^\n]*+|(?P<opened>[(\[{{])|(?P<closed>[)\]}}])", re.DOTALL)
_OPENED = re.compile(r"[ \t]*\(")
_CHAIN_BACKWARDS = re.compile(r"(?:\.\w*[^\W\d])*(?![\w.])")
_OTHER_BACKWARDS = re.compile(r"[ \t]*(?:(?:fed|ssalc)\b|[.\\])")
_GOES_ON = re.compile(r"[.\\][ \t]*(?:#.*)?\Z")
_NAMED = re.compile(r"([\"']+)[\w.]+\1")
_DELETED = re.compile(r"del(?<!\wdel)\b[\s\\]*[(\[\\]")
_PATTERN = re.compile(r"^[ \t]*case\b", re.MULTILINE)


class Call(NamedTuple):
    """The text of one call, and how many lines stand above it."""

    above: int
    text: str


def plain_calls(text: str, names: Collection[str]) -> list[Call] | None:
    """The calls of functions with these names, in order; None where words leave doubts, as of two in one line.

    `text` begins with an empty line of its own, which does not count, and its lines end with a line feed.
    """
    if "match" in text and _PATTERN.search(text):
        return None  # what stands in a pattern looks like a call
    found: list[Call] = []
    at = line = counted = 0
    for place, name in sorted((place, word) for word in names for place in standing(text, word)):
        told = _told(text, at, place, name, names)
        if told is None:
            return None
        at = told.end
        if told.start > place:
            continue
        above = line + text.count("\n", max(counted, 1), told.start)
        if found and found[-1].above == above:
            return None
        found.append(Call(above, text[told.start : told.end]))
        line, counted = above, told.start
    return found


def plain_lines(text: str, places: Iterable[int], calls: Collection[Call]) -> list[Call] | None:
    """The lines that these places stand in, in order and without blanks around them, but for what is in a string or
    remark; None where words leave doubts, or a call is in such a line."""
    found: dict[int, Call] = {}
    at = 0
    for place in places:
        where = passed(text, at, place) if at <= place else Span(at, at)
        if where is None or _names_one(text[where.start : where.end]) or _DELETED.search(text):
            return None
        at = where.end
        if at > place:
            continue
        start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        above = text.count("\n", 1, start)
        if any(call.above <= above <= call.above + call.text.count("\n") for call in calls):
            return None
        found[above] = Call(above, text[start : end if end >= 0 else len(text)].strip())
    return list(found.values())


def _names_one(piece: str) -> bool:
    """Whether a string is nothing but a name, which somebody may set by it."""
    return _NAMED.fullmatch(piece) is not None


def _told(text: str, at: int, place: int, name: str, names: Collection[str]) -> Span | None:
    """The call that a name stands in, or an empty span behind what else it stands in; None where there is a doubt."""
    where = None if place < at else passed(text, at, place)
    if where is None:
        return None
    if where.end > place:
        return Span(where.end, where.end) if _says_nothing(text, where, names) else None
    statement = plain_statement(text, at, place)
    if statement is None:
        return _call(text, at, place, place + len(name))
    said = told_by(statement) if statement.lastgroup == "found" else None
    pairs = [pair for one in said or () for pair in one[2] or ()]
    if said is None or any(one in names and alias for one, alias in pairs):
        return None
    return Span(statement.end(), statement.end())


def _says_nothing(text: str, where: Span, names: Collection[str]) -> bool:
    """Whether a string or remark that holds a name is neither code nor the name of a function to ask for."""
    piece = text[where.start : where.end]
    if piece.startswith("#"):
        return True
    holds_code = "{" in piece and any(letter in "fFtT" for letter in text[max(0, where.start - 2) : where.start])
    return not holds_code and "\\" not in piece and piece.strip("\"'") not in names


def _call(text: str, at: int, place: int, end: int) -> Span | None:
    """The call of which the function has its last name here; None where it is no plain call.

    `at` is where the last one ended.
    """
    opened = _OPENED.match(text, end)
    before = text[max(text.rfind("\n", at, place), at) : place][::-1]
    chain = _CHAIN_BACKWARDS.match(before)
    if opened is None or chain is None or _OTHER_BACKWARDS.match(before, chain.end()):
        return None
    start = place - chain.end()
    if not before[chain.end() :].strip() and _goes_on(text, at, start):
        return None
    return _closed(text, start, opened.end() - 1)


def _goes_on(text: str, at: int, start: int) -> bool:
    """Whether what stands above the line of a place may go on in it. Empty lines and remarks are passed over."""
    end = text.rfind("\n", at, start)
    while end > at:
        begin = text.rfind("\n", at, end)
        line = text[max(begin, at) : end].strip()
        if line and not line.startswith("#"):
            return _GOES_ON.search(line) is not None
        end = begin
    return False


def _closed(text: str, start: int, opened: int) -> Span | None:
    """From the start of a call to its last bracket."""
    depth = 0
    for piece in _PIECE.finditer(text, opened):
        kind = piece.lastgroup
        if kind == "string" and not is_one_string(text, *piece.span()):
            return None
        if kind in ("opened", "closed"):
            depth += 1 if kind == "opened" else -1
            if not depth:
                return Span(start, piece.end())
    return None
