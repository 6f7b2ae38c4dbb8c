"""How much work a worker takes from the offers. Pure.

Workflows that wait for people, children or time cost nothing, so their number is never limited: a limit on workflows
would be used up by parked ones. What counts is heavy steps, running or queued. Even a busy worker takes one workflow a
second, because what it takes may be light, and what it has may be waiting for it.
"""

from __future__ import annotations

_AHEAD = 2
"""Heavy steps held for each slot, so that a slot which becomes free has its next step at hand."""
_AT_LEAST_EVERY_SECONDS = 1.0


def appetite(heavy: int, fresh: int, workers: int, since_last: float) -> int:
    """How many workflows to take now.

    `heavy` steps run or wait for a slot, `fresh` workflows were taken moments ago and have not shown yet what they
    are, `workers` slots exist, and the last one was taken `since_last` seconds ago.
    """
    free = _AHEAD * workers - heavy - fresh
    return max(free, 1 if since_last >= _AT_LEAST_EVERY_SECONDS else 0)
