"""Renames that were done one after the other, as one map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def composed(renames: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """One map, old path to last path, of renames that were done one after the other."""
    whole: dict[str, str] = {}
    for each in renames:
        moved = {old: each.get(new, new) for old, new in whole.items()}
        fresh = {old: new for old, new in each.items() if old not in whole.values()}
        whole = {**fresh, **moved}
    return whole
