"""Which bytes of a Python file are strings and comments, by a scan that needs no parser and accepts any text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"#[^\r\n]*"
    rb'|"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:"""|\Z)'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\Z)"
    rb'|"[^"\\\r\n]*+(?:\\(?:\r\n|.)[^"\\\r\n]*+)*+(?:"|(?=[\r\n])|\Z)'
    rb"|'[^'\\\r\n]*+(?:\\(?:\r\n|.)[^'\\\r\n]*+)*+(?:'|(?=[\r\n])|\Z)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Regions:
    """The strings and comments of a file: parallel lists of where they start and end."""

    starts: list[int]
    ends: list[int]

    def around(self, offset: int) -> tuple[int, int] | None:
        """The string or comment that contains `offset`, or None when it lies in code."""
        index = bisect_right(self.starts, offset) - 1
        if index >= 0 and offset < self.ends[index]:
            return self.starts[index], self.ends[index]
        return None


def regions(data: bytes) -> Regions:
    """Scan `data`, the text of a Python or Cython file."""
    starts: list[int] = []
    ends: list[int] = []
    for found in _TOKEN.finditer(data):
        starts.append(found.start())
        ends.append(found.end())
    return Regions(starts, ends)
