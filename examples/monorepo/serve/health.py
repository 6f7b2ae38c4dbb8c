"""Whether the shop is open."""

from __future__ import annotations


def answer() -> dict[str, str]:
    """What a probe is told."""
    return {"status": "open"}
