"""What a text holds beside calls by which modules are found, and how much of it has to be parsed for that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from laneshift.lanes.mentions import CHANGED, SYSTEM

_OF_SYSTEM = re.compile(SYSTEM)
_OF_PACKAGE = re.compile(rf"(?P<list>__path__)(?P<changed>{CHANGED})?")
_GOES_ON = re.compile(r"[ \t]*[.\[(]")
_STORED = re.compile(r"\b(?:del|as)\b|\bfor\b(?![^\n]*\bin\b)")
_LAZY, _SITES = "lazy_loader", "addsitedir"
_OF_SITES = re.compile(rf"{_SITES}(?:[ \t]+as\b)?")


class Beyond(NamedTuple):
    """What a text holds beside calls: words of which a definition tells all by itself, by the place where each stands,
    whether the rest of the file has its say, and whether `lazy_loader` is named."""

    words: Mapping[int, str]
    of_all: bool
    lazy: bool


UNSEARCHED = Beyond({}, of_all=True, lazy=True)
"""What a file may hold whose text nobody has."""


def beyond(text: str) -> Beyond:
    """What decides how much of a text has to be parsed."""
    words = {found.start(): found[0] for found in _OF_PACKAGE.finditer(text) if _is_changed(text, found)}
    words.update((found.start(), found[0]) for found in _OF_SITES.finditer(text))
    lazy = of_all = _LAZY in text
    of_all = of_all or any(word != _SITES for word in words.values() if word.startswith(_SITES))
    if "sys" in text and ("modules" in text or "path" in text):
        for found in _OF_SYSTEM.finditer(text):
            if found["taken"] or (found["list"] and _is_changed(text, found)):
                words[found.start()] = found[0]
            of_all = of_all or bool(found["again"]) or _is_assigned(text, found)
    return Beyond(words, of_all, lazy)


def _is_changed(text: str, found: re.Match[str]) -> bool:
    """Whether a list is changed, or stands where a statement may do so."""
    if found["changed"]:
        return True
    return _STORED.search(text[text.rfind("\n", 0, found.start()) + 1 : found.start()]) is not None


def _is_assigned(text: str, found: re.Match[str]) -> bool:
    """Whether a table, or `sys` itself, gets another name here."""
    if found["taken"] or _GOES_ON.match(text, found.end()):
        return False
    return text[: found.start()].rstrip(" \t\n\\(").endswith("=")
