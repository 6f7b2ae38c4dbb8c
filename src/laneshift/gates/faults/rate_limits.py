"""The fault of gate `rate-limits`: headers that look like a limit, never change, and limit nothing."""

from __future__ import annotations

from laneshift.gates.faults.app import answering
from laneshift.gates.faults.scene import Planted, Scene

_CONSTANTS = ((b"x-ratelimit-limit", b"100"), (b"x-ratelimit-remaining", b"99"), (b"x-ratelimit-reset", b"60"))


def plant(scene: Scene) -> Planted | str:
    """Put constants in the place of the limit."""
    return answering(scene, 200, _CONSTANTS, "its rate-limit headers are constants")
