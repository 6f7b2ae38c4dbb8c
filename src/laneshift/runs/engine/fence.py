"""The fence around a step: whether this process may still write, asked at the last moment before an effect.

A process that was paused for longer than its lease, or cut off, has been replaced by another one. Whatever it does when
it wakes up would be done twice. The engine checks the fence before every step; a step whose effect must not be doubled
calls `check` once more, right before the effect, and hands `token` to stores that compare tokens themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass


class LeaseLost(BaseException):
    """This process was replaced. Like `CancelledError` not an `Exception`: no step may take it for its own failure."""


@dataclass(frozen=True)
class Fence:
    """`token` grows with every process that takes work; `check` raises `LeaseLost` when this one is stale."""

    token: int
    check: Callable[[], None]


OPEN = Fence(0, lambda: None)
"""Where one process does everything, nobody can replace it."""

_current: ContextVar[Fence] = ContextVar("laneshift_fence", default=OPEN)


def check() -> None:
    """Raise `LeaseLost` unless the process that runs this step still owns its work."""
    _current.get().check()


def token() -> int:
    """The fencing token of the step that runs: larger than that of every earlier owner, 0 without a fence."""
    return _current.get().token


def enter(fence: Fence) -> None:
    """Put the steps of the current context behind `fence`. Raises `LeaseLost` when it is down already."""
    _current.set(fence)
    fence.check()
