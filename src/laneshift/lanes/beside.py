"""Half of a long piece of work in a copy of this process, on the second processor."""

from __future__ import annotations

import marshal
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_WORTH_IT = 500
"""Fewer pieces than this are done before a copy has begun."""


def is_worth_it(pieces: int, processes: int) -> bool:
    """Whether this process may be copied for that many pieces: nothing else may run in it."""
    alone = threading.active_count() == 1
    return processes > 1 and pieces >= _WORTH_IT and alone and sys.platform == "linux" and (os.cpu_count() or 1) > 1


@contextmanager
def beside(work: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    """Begin `work` in a copy of this process. Yields what waits for its result: plain values that marshal takes.

    The result is None where the copy did not come to an end, whatever the reason; then it is for the caller to do.
    """
    taken, given = os.pipe()
    child = os.fork()
    if child == 0:
        # Else its own end would keep the pipe open, and it would write for ever to a parent that has gone on.
        os.close(taken)
        _do(work, given)
    os.close(given)
    try:
        with os.fdopen(taken, "rb") as pipe:
            yield lambda: _result(pipe.read())
    finally:
        os.waitpid(child, 0)


def _do(work: Callable[[], Any], given: int) -> None:
    """Work, write, and end without a word: whatever goes wrong is seen by the parent in what is missing."""
    code = 1
    try:
        body = marshal.dumps(work())
        with os.fdopen(given, "wb") as pipe:
            pipe.write(len(body).to_bytes(8, "big") + body)
        code = 0
    finally:
        os._exit(code)


def _result(data: bytes) -> Any:
    size, body = data[:8], data[8:]
    return marshal.loads(body) if size and int.from_bytes(size, "big") == len(body) else None  # noqa: S302 - our own
