"""A worker for flows that was silent for too long was replaced; it joins again as a new one."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from laneshift.runs.flowing.effects import Effects
from laneshift.runs.flowing.serving import Tick, serve_flows
from laneshift.runs.lease_loss import joining_again
from laneshift.runs.workshop import Workshop


class _Turn(threading.Event):
    """Set when this turn is over, or all of them are."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__()
        self._stop = stop

    def is_set(self) -> bool:
        """As an event says."""
        return super().is_set() or self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """As an event says; the end of the turn alone wakes nobody before `timeout`."""
        return self._stop.wait(timeout) or super().is_set()


def keep_serving(
    shop: Workshop, effects: Effects, workers: int, stop: threading.Event, *, ticks: Sequence[Tick] = ()
) -> int:
    """Perform flows until `stop` is set, also after the lease was lost. How many attempts were started.

    Raises what `serve_flows` raises, but for what `joining_again` joins again after.
    """
    started = 0
    while not stop.is_set():
        with joining_again(shop, stop) as takes_part:
            # Called once the engine is open and the journal was read.
            started += serve_flows(shop, effects, workers, _Turn(stop), ticks=(takes_part, *ticks))
    return started
