"""What is to be indexed, and what comes of it."""

from __future__ import annotations

from typing import NamedTuple


class Job(NamedTuple):
    """One blob to index, and for what."""

    oid: bytes
    facts: bool
    words: bool


class Segment(NamedTuple):
    """A finished part: its kind, its sections, and its file name where it could be written."""

    kind: str
    sections: list[bytes]
    name: str | None
