"""Regular expressions that somebody else wrote, run by RE2.

RE2 takes time linear in the text whatever the expression is, so no rule can hang a run, and the answer never depends
on how fast the machine is, as it would with a time limit. Look-around and back-references are refused for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any

from laneshift.errors import Refused

LONGEST = 500
"""Characters of an expression."""
LARGEST = 2000
"""Instructions of its program: a few hundred are what a list of words comes to."""
LONGEST_TEXT = 4000
"""Characters of a text that can match: no path that a tree may be given has more."""

Search = Callable[[str], bool]

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_COUNTED = re.compile(r"\{\d+,\}")


class PatternError(ValueError):
    """Why an expression cannot be used, in words."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> Search:
    """Whether a text holds `pattern`, without regard to case. Raises `PatternError` for what cannot be used."""
    if len(pattern) > LONGEST:
        raise PatternError(f"has {len(pattern)} characters, {LONGEST} are the limit")
    engine = _engine()
    options = engine.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        program = engine.compile(pattern, options)
    except (engine.error, UnicodeError) as error:
        raise PatternError(f"does not compile: {_reason(error)}") from error
    if program.programsize > LARGEST:
        raise PatternError(f"comes to {program.programsize} instructions, {LARGEST} are the limit")
    return lambda text: len(text) <= LONGEST_TEXT and program.search(text) is not None


def nests_repeats(pattern: str) -> bool:
    """Whether a group that repeats without limit holds something that does: exponential time where one backtracks."""
    inside = [False]
    closed = False
    for piece in _TOKEN.findall(pattern):
        if piece == "(":
            inside.append(False)
            closed = False
        elif piece == ")":
            closed = inside.pop() if len(inside) > 1 else False
            inside[-1] = inside[-1] or closed
        else:
            unlimited = piece in ("*", "+") or _COUNTED.fullmatch(piece) is not None
            if unlimited and closed:
                return True
            inside[-1] = inside[-1] or unlimited
            closed = False
    return False


def _engine() -> Any:
    try:
        return import_module("re2")
    except ImportError as error:
        raise Refused(
            "stars.no-engine",
            "rules with regular expressions are run by google-re2, which is not installed",
            cure="pip install 'laneshift[stars]'",
        ) from error


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)
    return text[:200]
