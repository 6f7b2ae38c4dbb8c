"""What each verb does, in one sentence, read from the text of its module: loading all of them takes a second."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_FUNCTION = re.compile(r'\ndef \w+\(.*?\) -> None:\n    """(.*?)(?:\n\n|""")', re.DOTALL)
"""A function that gives nothing, up to the first paragraph of its docstring."""
_GROUP = "_group"
"""What the function is called that tells of several verbs."""


def summary(place: str, verb: str, otherwise: Callable[[], str]) -> str:
    """The first sentence about `verb`; `place` is the module of `laneshift.cli` that adds it, with dots.

    What has another form is left to `otherwise`, which gives the help of the loaded verb.
    """
    path = Path(__file__).parent.joinpath(*place.split(".")).with_suffix(".py")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    found = _after(_GROUP, text) or _after(verb, text)
    return first_sentence(found[1] if found else otherwise())


def _after(name: str, text: str) -> re.Match[str] | None:
    start = text.find(f"\ndef {name}(")
    return _FUNCTION.match(text, start) if start >= 0 else None


def first_sentence(text: str) -> str:
    """On one line."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).split(". ")[0].rstrip(".") + "."
