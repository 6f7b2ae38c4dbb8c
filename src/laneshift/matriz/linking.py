"""On whose behalf runs are begun, by W3C Trace Context: set where a request comes in, read where a run begins."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from laneshift.matriz.trace import Origin


@dataclass
class Asking:
    """A request that may lead to runs. `traceparent` is what it came with; `answered` names the last run for it."""

    traceparent: str = ""
    answered: str = ""


_ASKING: ContextVar[Asking | None] = ContextVar("laneshift_asking", default=None)


def asking(request: Asking | None) -> None:
    """From here on, in this task and those that it begins, runs are on behalf of `request`."""
    _ASKING.set(request)


def origin() -> Origin:
    """The origin of a run that begins now; whoever it is on behalf of is told its name."""
    request = _ASKING.get()
    if request is None:
        return Origin.fresh()
    found = Origin.of(request.traceparent)
    request.answered = found.traceparent()
    return found
