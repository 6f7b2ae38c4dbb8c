"""What somebody may have meant by a name that is not there. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def meant(name: str, known: Iterable[str], otherwise: str) -> str:
    """The cure: at most three names that are near, best first; else what to do instead."""
    close = get_close_matches(name, sorted(set(known)), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else otherwise
