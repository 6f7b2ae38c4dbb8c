"""Older than the lanes: it leans on what is only tried out, which `laneshift lanes check` tells."""

from __future__ import annotations

from labs.notes import note


def complain(text: str) -> int:
    """Take a complaint."""
    return note(text)
