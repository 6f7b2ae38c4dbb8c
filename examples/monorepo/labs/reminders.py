"""Reminders, made of notes."""

from __future__ import annotations

from labs.notes import note


def remind(whom: str) -> str:
    """What to say to whom."""
    return f"{whom}: reminder {note(whom)}"
