"""What a person who watches long work would want to know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    `kind`: plan, packs, pins, approval, step, settled, land, landed, verify, rollback, worker, telemetry.
    `done` of `total` when it counts.
    """

    kind: str
    text: str
    item: str = ""
    done: int = 0
    total: int = 0


def silent(_: Event) -> None:
    """Tell nobody."""
