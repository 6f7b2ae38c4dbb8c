"""The definitions at the top of a file that hold certain words: to parse them takes a tenth of parsing it all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from laneshift.lanes.reading import STRING, is_one_string

_PIECE = re.compile(
    rf"(?P<string>{STRING}|[\"'])|#[^\n]*|(?P<opened>[(\[{{])|(?P<closed>[)\]}}])|(?P<continued>\\\n)"
    r"|(?<=\n)(?:(?P<decorator>@)|(?P<definition>(?:async[ \t]+)?def\b|class\b))",
    re.DOTALL,
)


class Portion(NamedTuple):
    """Some lines of a file that are statements by themselves, and how many lines stand above them."""

    above: int
    text: str


def portions(text: str, words: Iterable[str]) -> list[Portion] | None:
    """Those of a text's portions that hold one of `words`; None where it is not plain where they begin.

    `text` begins with an empty line of its own, which does not count, and its lines end with a line feed.
    """
    starts = _starts(text)
    if starts is None:
        return None
    wanted = tuple(words)
    ends = [*starts[1:], len(text)]
    spans = [(a, b) for a, b in zip(starts, ends, strict=True) if any(text.find(word, a, b) >= 0 for word in wanted)]
    return [Portion(text.count("\n", 1, start), text[start:end]) for start, end in spans]


def _starts(text: str) -> list[int] | None:
    """Where a definition with its decorators begins at the start of a line, outside of brackets and strings."""
    found, depth, decorated, continued = [1], 0, False, -1
    for piece in _PIECE.finditer(text):
        kind = piece.lastgroup
        if kind == "string":
            if not is_one_string(text, *piece.span()):
                return None
        elif kind == "continued":
            continued = piece.end()
        elif kind in ("opened", "closed"):
            depth += 1 if kind == "opened" else -1
        elif kind is not None and not depth and piece.start() != continued:
            if not decorated:
                found.append(piece.start())
            decorated = kind == "decorator"
    return None if depth else list(dict.fromkeys(found))  # a file may begin with a definition
