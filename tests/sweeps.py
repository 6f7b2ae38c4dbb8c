"""What is swept: the default suite tries a sample, and `make chaos` (`LANESHIFT_CHAOS=full`) all of it.

Tests that have a sweep carry the mark `chaos`, so that `make chaos` runs them.
"""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("LANESHIFT_CHAOS") == "full"


def swept(whole: T, sample: T) -> T:
    """All of it in a sweep, else the sample."""
    return whole if FULL else sample
