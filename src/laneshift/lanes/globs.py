"""Globs over the paths of a repository, compiled once.

A glob names paths relative to the repository root: `*` and `?` stay inside one folder, `**` crosses folders, and a glob
that matches a folder matches everything below it. Upper and lower case differ, as they do in git.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WILDCARD = re.compile(r"[*?]")


def trimmed(glob: str) -> str:
    """`glob` without what does not change its meaning: two equal results are one glob."""
    return glob.removeprefix("./").rstrip("/")


@lru_cache(maxsize=4096)
def compiled(glob: str) -> re.Pattern[str]:
    """The expression whose `match` says whether a path is meant. `config.glob_problem` has to be empty for `glob`."""
    return re.compile(_regex(trimmed(glob)), re.DOTALL)


def rank(glob: str) -> tuple[int, int]:
    """How specific a glob is: characters before the first wildcard, then all literal characters."""
    text = trimmed(glob)
    return len(_WILDCARD.split(text, maxsplit=1)[0]), len(_WILDCARD.sub("", text))


def first_match(globs: Iterable[str], path: str) -> str:
    """The first of `globs` that means `path`, or an empty text."""
    return next((glob for glob in globs if compiled(glob).match(path)), "")


def _regex(glob: str) -> str:
    parts = []
    segments = glob.split("/")
    for at, segment in enumerate(segments):
        last = at == len(segments) - 1
        if segment == "**":
            parts.append(".+" if last else "(?:[^/]+/)*")
            continue
        pieces = re.split(r"(\*+|\?)", segment)
        parts.append("".join(_piece(piece) for piece in pieces) + ("" if last else "/"))
    return "".join(parts) + r"(?:/.*)?\Z"


def _piece(piece: str) -> str:
    if piece == "?":
        return "[^/]"
    return "[^/]*" if piece.startswith("*") else re.escape(piece)
