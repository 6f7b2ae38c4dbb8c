"""Exceptions that had a say about an item, put on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from laneshift.evidence.canonical import digest
from laneshift.evidence.port import JournalPort
from laneshift.rollout.exceptions import Use


def note_uses(journal: JournalPort, plan: str, item: str, uses: Iterable[Use]) -> None:
    """Record each use for the item of the plan, once."""
    for use in uses:
        told = {"plan": plan, "item": item, **asdict(use)}
        journal.append(f"{plan}/excepted/{digest(told).removeprefix('sha256:')}", "exception.used", told)
