"""The fence around a step: whether this process may still write, asked at the last moment before an effect.

A process that was paused for longer than its lease, or cut off, has been replaced by another one. Whatever it does when
it wakes up would be done twice. The engine checks the fence before every step; a step whose effect must not be doubled
calls `check` once more, right before the effect, and hands `token` to stores that compare tokens themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

Transaction = Any
"""An open connection to the database of records. Not named here: few that look at a fence have loaded a database."""


class LeaseLost(BaseException):
    """This process was replaced. Like `CancelledError` not an `Exception`: no step may take it for its own failure."""


@dataclass(frozen=True)
class Fence:
    """`token` grows with every process that takes work; `check` raises `LeaseLost` when this one is stale.

    `within` does the same inside a transaction, and what it found stays true until the transaction ends. Without one,
    `check` is asked in the transaction: that is as good where the server of the records ends a transaction that is idle
    for as long as it takes to be replaced.
    """

    token: int
    check: Callable[[], None]
    within: Callable[[Transaction], None] | None = None


OPEN = Fence(0, lambda: None)
"""Where one process does everything, nobody can replace it."""

_current: ContextVar[Fence] = ContextVar("laneshift_fence", default=OPEN)


def check() -> None:
    """Raise `LeaseLost` unless the process that runs this step still owns its work."""
    _current.get().check()


def token() -> int:
    """The fencing token of the step that runs: larger than that of every earlier owner, 0 without a fence."""
    return _current.get().token


def within(transaction: Transaction) -> None:
    """Raise `LeaseLost` unless this process owns its work, and see to it that it does until the transaction ends."""
    fence = _current.get()
    if fence.within is None:
        fence.check()
    else:
        fence.within(transaction)


def enter(fence: Fence) -> None:
    """Put the steps of the current context behind `fence`. Raises `LeaseLost` when it is down already."""
    _current.set(fence)
    fence.check()
