"""Rows as comma-separated values."""

from __future__ import annotations

from collections.abc import Iterable


def write(rows: Iterable[Iterable[object]]) -> str:
    """One line a row."""
    return "".join(",".join(map(str, row)) + "\n" for row in rows)
