"""What this process knows of checkouts that it ran on. Sandboxes come and go, and share the checkouts of a pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from laneshift.steps.runner.bytecode import Known, Wish

_CHECKOUTS = 64


@dataclass(slots=True)
class Remembered:
    """`lent` is what need not be looked through again of its lent cache; `waiting` is compiled before its next run.

    Only who has the lease of the checkout reads or changes it.
    """

    lent: Known = field(default_factory=dict)
    waiting: list[Wish] = field(default_factory=list)


@lru_cache(maxsize=_CHECKOUTS)
def remembered(checkout: str) -> Remembered:  # noqa: ARG001 - one for each path
    """What is known of the checkout at a path; nothing where this process was not there, or not for long."""
    return Remembered()
