"""Which bytes of an f-string are code: what stands between its braces, but for the strings and formats in there."""

from __future__ import annotations

from laneshift.code.moves.regions import token_at
from laneshift.repo.late_patterns import late

_PREFIXES = frozenset({b"f", b"rf", b"fr", b"t", b"rt", b"tr"})
_LETTERS = late(rb"[A-Za-z0-9_]*\Z")
_MARK = late(rb"[{}()\[\]:\"'#]")
_CODE = frozenset({b"{", b"("})


def is_field(data: bytes, start: int, at: int) -> bool:
    """Whether `at` lies in code of the string whose first quote is at `start`, by the rules of every Python."""
    letters = _LETTERS.search(data, max(start - 3, 0), start)
    if letters is None or letters.group().lower() not in _PREFIXES:
        return False
    quote = data[start : start + 1]
    place = start + (3 if data.startswith(quote * 3, start) else 1)
    # `{` is a field, `:` the format of one, `(` any bracket within its code.
    around: list[bytes] = []
    while (found := _MARK.search(data, place, at)) is not None:
        mark, place = found.group(), found.end()
        if around and around[-1] in _CODE:
            if mark in b"\"'#":
                place = token_at(data, found.start())
                if at < place:
                    return is_field(data, found.start(), at)
                continue
            _in_code(around, mark)
        elif mark == b"{" and not around and data[place : place + 1] == b"{":
            place += 1
        elif mark == b"{":
            around.append(mark)
        elif mark == b"}" and around:
            around.pop()
    return bool(around) and around[-1] in _CODE


def _in_code(around: list[bytes], mark: bytes) -> None:
    if mark in b"{([":
        around.append(b"(")
    elif mark in b")]}":
        around.pop()
    elif around[-1] == b"{":
        around[-1] = b":"
