"""Scopes that commits name already, from their first lines. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

ALWAYS = "repo"
"""For what belongs to no lane, such as the settings themselves."""

_FIRST_LINE = re.compile(r"[a-z]+\(([A-Za-z0-9_][A-Za-z0-9._/-]{0,39})\)!?: ")
_OFTEN = 2
_MOST = 20


def used_scopes(subjects: Iterable[str], lanes: Collection[str]) -> list[str]:
    """The scopes that several of the commits have and that are no lanes, sorted; at most twenty."""
    counts = Counter(found[1] for subject in subjects if (found := _FIRST_LINE.match(subject)))
    often = [scope for scope, count in counts.most_common() if count >= _OFTEN and scope not in lanes]
    return sorted(often[:_MOST])
