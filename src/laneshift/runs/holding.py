"""The turn at a repository: one process at a time changes it, from its first look to its last word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from laneshift.repo.lock import hold
from laneshift.repo.refs import settle
from laneshift.runs.workshop import Workshop

_mine: ContextVar[frozenset[Path]] = ContextVar("turns of this process", default=frozenset())


@contextmanager
def holding(shop: Workshop, what: str) -> Iterator[None]:
    """The lock under which everything that changes the repository works; `lock.held` tells who has it.

    Who holds it may ask again, so that a command of several parts keeps it from one part to the next. Refs that a
    killed process moved by halves are settled first, since everything after looks at them.
    """
    path = shop.repository.state_dir / "work.lock"
    if path in _mine.get():
        yield
        return
    shop.repository.state_dir.mkdir(parents=True, exist_ok=True)
    with hold(path, what):
        turn = _mine.set(_mine.get() | {path})
        try:
            settle(shop.repository)
            yield
        finally:
            _mine.reset(turn)
