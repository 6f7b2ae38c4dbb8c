"""Work done in a process of its own while this one goes on: a copy of this process, so it costs next to nothing."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from typing import Generic, Self, TypeVar

T = TypeVar("T")
_SIZE = 8


class Beside(Generic[T]):
    """One piece of work, begun at once, as a context manager. Leaving the block ends it, answered or not.

    Where a copy of the process would not be safe, because threads run or the platform is not known for it, the work is
    done when its result is first asked for. So it is when the copy died. The result must be fit for `pickle`.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._process = 0
        if sys.platform == "linux" and threading.active_count() == 1:
            self._source, to = os.pipe()
            self._process = os.fork()
            if self._process == 0:
                _answer(to, work)
            os.close(to)

    def __enter__(self) -> Self:
        """The work itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End it where nobody waited for it."""
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            self._wait()

    def result(self) -> T:
        """Wait for what it gave, once. Raises what the work raises."""
        if not self._process:
            return self._work()
        with os.fdopen(self._source, "rb", closefd=False) as source:
            data = source.read()
        self._wait()
        whole = len(data) >= _SIZE and int.from_bytes(data[:_SIZE]) == len(data) - _SIZE
        if not whole:
            return self._work()
        found: T = pickle.loads(data[_SIZE:])  # noqa: S301 - a copy of this very process wrote it
        return found

    def _wait(self) -> None:
        os.close(self._source)
        os.waitpid(self._process, 0)
        self._process = 0


def _answer(to: int, work: Callable[[], T]) -> None:
    """Write what the work gives, and end without touching anything that is shared with the process this is a copy of.

    What fails says nothing: the other process does the work again and fails with its own words.
    """
    try:
        data = pickle.dumps(work(), pickle.HIGHEST_PROTOCOL)
        with os.fdopen(to, "wb") as pipe:
            pipe.write(len(data).to_bytes(_SIZE) + data)
    finally:
        os._exit(0)
