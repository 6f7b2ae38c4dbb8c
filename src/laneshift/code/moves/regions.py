"""Which bytes of a Python file are strings and comments, by a scan that needs no parser and accepts any text."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterator

# Atomic groups, since Python before 3.11.5 matches a group with `*+` wrongly where the group can give something back.
_TOKEN = re.compile(
    rb"#[^\r\n]*"
    rb'|"""[^"\\]*+(?>(?:(?:\\.|"(?!""))[^"\\]*+)*)(?:"""|\Z)'
    rb"|'''[^'\\]*+(?>(?:(?:\\.|'(?!''))[^'\\]*+)*)(?:'''|\Z)"
    rb'|"[^"\\\r\n]*+(?>(?:\\(?:\r\n|.)[^"\\\r\n]*+)*)(?:"|(?=[\r\n])|\Z)'
    rb"|'[^'\\\r\n]*+(?>(?:\\(?:\r\n|.)[^'\\\r\n]*+)*)(?:'|(?=[\r\n])|\Z)",
    re.DOTALL,
)

LETTERS = frozenset(bytes([each]) for each in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
"""Each as the byte that slicing gives. Other bytes may belong to a word or not."""


class Regions:
    """The strings and comments of a file, scanned as far as somebody asks: most questions are about its head."""

    def __init__(self, data: bytes) -> None:
        self._tokens = _TOKEN.finditer(data)
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._scanned = 0

    def around(self, offset: int) -> tuple[int, int] | None:
        """The string or comment that contains `offset`, or None when it lies in code."""
        if offset >= self._scanned:
            self._scan(offset)
        index = bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self._ends[index]:
            return self._starts[index], self._ends[index]
        return None

    def every(self) -> list[tuple[int, int]]:
        """Where each of them starts and ends."""
        if self._scanned != sys.maxsize:
            self._scan(sys.maxsize)
        return list(zip(self._starts, self._ends, strict=True))

    def _scan(self, offset: int) -> None:
        """Go on to the first string or comment that ends behind `offset`."""
        starts, ends = self._starts, self._ends
        for found in self._tokens:
            start, end = found.span()
            starts.append(start)
            ends.append(end)
            if end > offset:
                self._scanned = end
                return
        self._scanned = sys.maxsize


def token_at(data: bytes, offset: int) -> int:
    """Where the string or comment ends that starts at `offset`; the byte behind `offset` where none does."""
    found = _TOKEN.match(data, offset)
    return found.end() if found is not None else offset + 1


def words_ending(data: bytes, last: bytes) -> Iterator[int]:
    """Where `last` stands at the end of a word: `c` in `c`, `a.c` and `abc`, but not in `cd`."""
    at = data.find(last)
    while at >= 0:
        if data[at + len(last) : at + len(last) + 1] not in LETTERS:
            yield at
        at = data.find(last, at + 1)


def goes_back(data: bytes, at: int) -> bool:
    """Whether the word at `at` began before it, as far as only code is looked at: strings have escapes."""
    return data[at - 1 : at] in LETTERS


def regions(data: bytes) -> Regions:
    """Scan `data`, the text of a Python or Cython file."""
    return Regions(data)
