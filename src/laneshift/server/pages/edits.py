"""Two versions of a text side by side, with the lines that differ and a few around them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

_AROUND = 3
MOST_LINES = 3000
"""Longer texts are not compared line by line."""

Kind = Literal["same", "changed", "gap"]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of both versions. A number is 0 where that version has no such line; a gap stands for lines left out."""

    kind: Kind
    old_at: int = 0
    old: str = ""
    new_at: int = 0
    new: str = ""


def side_by_side(old: str, new: str) -> list[Row]:
    """The rows of a comparison, none when nothing differs. Raises `ValueError` for more than `MOST_LINES` lines."""
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > MOST_LINES:
        raise ValueError(f"more than {MOST_LINES} lines")
    rows: list[Row] = []
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(_AROUND):
        first = group[0]
        if rows or first[1] or first[3]:
            rows.append(Row("gap"))
        for kind, *ends in group:
            rows.extend(_rows(kind == "equal", before, after, ends))
    return rows


def _rows(same: bool, before: Sequence[str], after: Sequence[str], ends: Sequence[int]) -> Iterator[Row]:
    old_from, old_to, new_from, new_to = ends
    for old_at, new_at in zip_longest(range(old_from, old_to), range(new_from, new_to)):
        yield Row(
            "same" if same else "changed",
            0 if old_at is None else old_at + 1,
            "" if old_at is None else before[old_at],
            0 if new_at is None else new_at + 1,
            "" if new_at is None else after[new_at],
        )
