"""Markdown in which nothing that a repository holds can be more than text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+!|~&:@\"'$-]")


def plain(words: str) -> str:
    """Words as they are read, on one line: what Markdown or HTML would take for markup is an entity."""
    seen = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words)
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", seen)


def code(words: str) -> str:
    """Words as code. A code span of Markdown could be closed by what it holds, so it is one of HTML."""
    return f"<code>{plain(words)}</code>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> list[str]:
    """The lines of a table whose cells are Markdown already; `numbers` are the columns that stand on the right."""
    marks = ("---:" if at in numbers else "---" for at in range(len(head)))
    return [_row(head), _row(marks), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
