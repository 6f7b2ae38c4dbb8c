"""How much of anything is told, and in which characters: answers go to programs that trust what they read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from laneshift.runs.paths import visible

T = TypeVar("T")

MOST_TEXT = 4000
MOST_LOG = 16_000
MOST_PARTS = 500


def first(values: Sequence[T], most: int = MOST_PARTS) -> tuple[list[T], int]:
    """The first of them, and how many were left out."""
    return list(values[:most]), max(0, len(values) - most)


def cut(text: str, most: int = MOST_TEXT) -> str:
    """The beginning of a text, with a mark where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"


def end_of(text: str, most: int = MOST_LOG) -> str:
    """The end of a text, with a mark where it was cut."""
    return text if len(text) <= most else "…" + text[1 - most :]


def sendable(value: Any, hidden: Sequence[str] = ()) -> Any:
    """The value with bytes that are no Unicode, and characters that draw nothing, written as escapes.

    Paths and logs may hold either; JSON cannot hold the first, and nobody sees the second. `hidden` are folders of this
    machine, which are nobody's business elsewhere.
    """
    if isinstance(value, str):
        for folder in hidden:
            value = value.replace(folder, "<repository>")
        return _sendable(value)
    if isinstance(value, dict):
        return {sendable(name, hidden): sendable(each, hidden) for name, each in value.items()}
    return [sendable(each, hidden) for each in value] if isinstance(value, list | tuple) else value


def _sendable(text: str) -> str:
    """Lines stay lines, and tabs tabs; `visible` is for one line."""
    lines = ("\t".join(visible(part) for part in line.split("\t")) for line in text.split("\n"))
    return "\n".join(lines)
