"""How lines of answers are written: names as code, long lists with their end, places of files."""

from __future__ import annotations

from collections.abc import Sequence

from laneshift.matriz.records import Findings, Rest, Statement

SHOWN = 25
"""Lines of one list that are shown."""
MOST_RESTS = 200
"""Sources of one answer."""


def code(name: str) -> str:
    """A name as code in Markdown, whatever it holds."""
    plain = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)
    return f"`` {plain} ``" if "`" in plain else f"`{plain}`"


def place(path: str, line: int | None) -> str:
    """A place in a file as code."""
    return code(f"{path}:{line}" if line else path)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(
    head: str, lines: Sequence[Statement], confidence: float = 1.0, reasons: tuple[str, ...] = (), total: int = 0
) -> Findings:
    """A headline and a list under it, cut after `SHOWN` lines with the number of the rest.

    Sources are kept of `MOST_RESTS` lines. `total` is how many lines there would be, where not all of them are given.
    """
    hidden = [rest for line in lines[SHOWN:MOST_RESTS] for rest in line.rests][:MOST_RESTS]
    shown = list(lines[:SHOWN])
    left = max(total, len(lines)) - SHOWN
    if left > 0:
        shown.append(Statement(text=f"- and {count(left, 'more', 'more')}", rests=tuple(hidden)))
    return Findings(confidence=confidence, reasons=reasons, statements=(Statement(text=head), *shown))


def said(head: str, rests: Sequence[Rest] = (), confidence: float = 1.0) -> Findings:
    """One line."""
    return Findings(confidence=confidence, statements=(Statement(text=head, rests=tuple(rests)),))


def unknown(why: str, rests: Sequence[Rest] = ()) -> Findings:
    """One line that says why it is not known."""
    return Findings(confidence=1.0, reasons=(why,), statements=(Statement(text=why, rests=tuple(rests)),), knows=False)
