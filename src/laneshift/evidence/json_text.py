"""JSON that people write: read strictly, and with the lines on which its parts begin."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = json.JSONDecoder()


class TwiceError(ValueError):
    """A key that an object has twice."""


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """For `object_pairs_hook`: readers differ in which of two equal keys they keep, so neither is taken.

    Raises `TwiceError`.
    """
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise TwiceError(f"key {key!r} stands twice in one object")
        found[key] = value
    return found


def line_numbers(text: str, positions: Iterable[int]) -> Iterator[int]:
    """The lines of ascending positions, from 1, counted once through the text."""
    line, seen = 1, 0
    for at in positions:
        line, seen = line + text.count("\n", seen, at), at
        yield line


def element_starts(text: str, key: str, decoder: json.JSONDecoder = _PLAIN) -> Iterator[int]:
    """Where each element of the array at the top-level `key` starts.

    `text` is known to be JSON with such an array for `decoder`; a key that stands twice counts where it stands first.
    """
    at = _skip(text, _after_key(text, decoder, key) + 1)
    while text[at] != "]":
        yield at
        at = _skip(text, decoder.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _skip(text, at + 1)


def _after_key(text: str, decoder: json.JSONDecoder, wanted: str) -> int:
    """Where the value of a top-level key starts."""
    at = _skip(text, text.index("{") + 1)
    while True:
        key, at = decoder.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == wanted:
            return at
        at = _skip(text, decoder.raw_decode(text, at)[1])
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    """The next position that is not white space."""
    found = _SPACE.match(text, at)
    return found.end() if found else at
