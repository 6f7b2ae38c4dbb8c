"""Trailers: the `Key: value` lines that end a commit message, read by git's own rules."""

from __future__ import annotations

import re

_TRAILER = re.compile(r"([A-Za-z0-9-]+)[ \t]*:(.*)", re.DOTALL)
_GENERATED = ("Signed-off-by: ", "(cherry picked from commit ")


def trailers(message: str) -> list[tuple[str, str]]:
    """The trailers of a commit message in order, continuation lines unfolded with one blank.

    They are the last paragraph, never the first one; it counts when all its lines are trailers, or when one was made
    by git itself and at least a quarter of the lines are trailers.
    """
    paragraph = _last_paragraph(message)
    if paragraph is None:
        return []
    found: list[tuple[str, str]] = []
    trusted, good, other, continuing = False, 0, 0, ""
    for line in paragraph:
        if line[0] in " \t" and continuing:
            if continuing == "trailer":
                key, value = found[-1]
                found[-1] = (key, f"{value} {line.strip()}".strip())
            continue
        trusted = trusted or line.startswith(_GENERATED)
        match = _TRAILER.fullmatch(line)
        if match:
            found.append((match[1], match[2].strip()))
        good, other = (good + 1, other) if match or line.startswith(_GENERATED) else (good, other + 1)
        continuing = "trailer" if match else "text"
    accepted = (good > 0 and other == 0) or (trusted and good * 3 >= other)
    return found if accepted else []


def _last_paragraph(message: str) -> list[str] | None:
    lines = [line for line in message.rstrip().split("\n") if not line.startswith("#")]
    blanks = [number for number, line in enumerate(lines) if not line.strip()]
    if not blanks or not any(line.strip() for line in lines[: blanks[-1]]):
        return None
    return lines[blanks[-1] + 1 :] or None
