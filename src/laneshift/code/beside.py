"""Work done in a process of its own while this one goes on: a copy of this process, so it costs next to nothing."""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, Generic, Self, TypeVar

from laneshift.repo.plain_records import NamedTuple

First = TypeVar("First")
Told = TypeVar("Told")
Second = TypeVar("Second")
_NUMBER = struct.Struct("<Q")
_ROOM = 1 << 20  # what a user may have without asking


class Beside(Generic[First, Told, Second]):
    """Two pieces of work, as a context manager: the first is begun at once, the second with what `tell` says.

    Leaving the block ends them, answered or not. Where a copy of the process would not be safe, because threads run or
    the platform is not known for it, each is done here when its result is asked for. So it is when the copy died. What
    goes from one process to the other must be fit for `pickle`.
    """

    def __init__(self, first: Callable[[], First], second: Callable[[Told], Second]) -> None:
        self._first = first
        self._copy: _Copy | None = None
        if sys.platform == "linux" and threading.active_count() == 1:
            self._copy = _copy(first, second)

    def __enter__(self) -> Self:
        """The work itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End it where nobody waited for it."""
        self._end()

    def first(self) -> First:
        """Wait for what the first piece gave, once. Raises what it raises."""
        found = self._answer()
        if found is None:
            return self._first()
        given: First = found.value()
        return given

    def tell(self, told: Told) -> None:
        """Begin the second piece, once, after the first has answered."""
        if self._copy is not None:
            try:
                _send(self._copy.to, told)
            except OSError:
                self._end()

    def second(self, here: Callable[[], Second]) -> Second:
        """Wait for what the second piece gave, once; or what `here` gives, where this process has to do it."""
        found = self._answer()
        if found is None:
            return here()
        given: Second = found.value()
        return given

    def _answer(self) -> _Sent | None:
        """The next answer; None where there is no copy, or it died before it had answered to the end."""
        found = _received(self._copy.source) if self._copy is not None else None
        if found is None:
            self._end()
        return found

    def _end(self) -> None:
        if self._copy is not None:
            os.kill(self._copy.process, signal.SIGKILL)
            os.waitpid(self._copy.process, 0)
            self._copy.source.close()
            os.close(self._copy.to)
            self._copy = None


class _Copy(NamedTuple):
    """A process, what it answers, and the end of a pipe to tell it something."""

    process: int
    source: BinaryIO
    to: int


def _copy(first: Callable[[], First], second: Callable[[Told], Second]) -> _Copy:
    source, answers = os.pipe()
    told, to = os.pipe()
    for end in (answers, to):
        _make_roomy(end)
    process = os.fork()
    if process == 0:
        os.close(source)
        os.close(to)
        _work(told, answers, first, second)
    os.close(answers)
    os.close(told)
    return _Copy(process, os.fdopen(source, "rb"), to)


def _work(told: int, answers: int, first: Callable[[], First], second: Callable[[Told], Second]) -> None:
    """Do both, and end without touching anything that is shared with the process this is a copy of.

    What fails says nothing: the other process does the work again and fails with its own words.
    """
    try:
        _send(answers, first())
        found = _received(os.fdopen(told, "rb"))
        if found is not None:
            _send(answers, second(found.value()))
    finally:
        os._exit(0)


def _make_roomy(pipe: int) -> None:
    """Let who writes go on before all is read."""
    with suppress(OSError):  # the user has many pipes, and what there is does as well
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


class _Sent(NamedTuple):
    """What came from the other process: a pickle, and the bytes that are kept apart from it."""

    data: bytes
    apart: list[bytes]

    def value(self) -> Any:
        """What was sent."""
        return pickle.loads(self.data, buffers=self.apart)  # noqa: S301 - a copy of this very process wrote it


def _send(to: int, value: object) -> None:
    apart: list[pickle.PickleBuffer] = []
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL, buffer_callback=apart.append)
    parts: list[bytes | memoryview] = [data, *(buffer.raw() for buffer in apart)]
    with os.fdopen(to, "wb", closefd=False) as pipe:
        pipe.write(_NUMBER.pack(len(parts)) + struct.pack(f"<{len(parts)}Q", *map(len, parts)))
        for part in parts:
            pipe.write(part)


def _received(source: BinaryIO) -> _Sent | None:
    """What was sent, whole; None where it did not come to its end."""
    first = source.read(_NUMBER.size)
    count = _NUMBER.unpack(first)[0] if len(first) == _NUMBER.size else 0
    told = source.read(_NUMBER.size * count)
    sizes = struct.unpack(f"<{count}Q", told) if len(told) == _NUMBER.size * count else ()
    parts = list(map(source.read, sizes))
    return _Sent(parts[0], parts[1:]) if parts and tuple(map(len, parts)) == sizes else None
