"""Whether the regular expressions of a schema plainly come to an end: Python's go back and try again, some for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_ATOM = r"(?:[^\\\[\](){}*+?|^$.]|\.|\\[^0-9A-Za-z]|\\[dDwWsS]|\[\^?(?:[^\\\[\]^]|\\[^0-9A-Za-z]|\\[dDwWsS])+\])"
_PLAIN = re.compile(rf"(\^?)((?:{_ATOM}(?:[*+?]|\{{\d{{1,3}}(?:,\d{{0,3}})?\}})?)*)\$?")
_COUNTED = re.compile(rf"{_ATOM}([*+?]|\{{\d+(?:,\d*)?\}})?")
_LONGEST = 500
_MOST_TIMES = 100


def is_plain(expression: str) -> bool:
    """Whether a search takes time in proportion to the text, whatever the text is. No is a maybe.

    Nothing is grouped and nothing has alternatives. Behind `^` one part may stand any number of times, and another one
    at most a hundred times; elsewhere only one that stands at most a hundred times.
    """
    found = _PLAIN.fullmatch(expression) if len(expression) <= _LONGEST else None
    if found is None:
        return False
    most = [_most(times) for times in _COUNTED.findall(found[2])]
    varying = [times for times in most if times]
    endless = sum(times > _MOST_TIMES for times in varying)
    return (len(varying) <= 2 and endless <= 1) if found[1] else (len(varying) <= 1 and not endless)


def _most(times: str) -> int:
    """How often a part may stand at most where that may vary; 0 where it does not."""
    if times in ("*", "+") or times.endswith(",}"):
        return _MOST_TIMES + 1
    if times == "?":
        return 1
    return int(times[1:-1].partition(",")[2] or 0)


def expressions(document: Any) -> Iterator[str]:
    """The regular expressions that stand in a schema, or in whatever holds schemas."""
    pending = [document]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            if isinstance(found.get("pattern"), str):
                yield found["pattern"]
            named = found.get("patternProperties")
            if isinstance(named, dict):
                yield from map(str, named)
            pending.extend(found.values())
        elif isinstance(found, list):
            pending.extend(found)
