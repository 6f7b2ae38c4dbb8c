"""A program at work beside this process, with pipes to it. Quick to load, so it can be started before all else."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence

_ROOM = 1 << 20
_PIECE = 1 << 16
_LOWEST = 3
_FIRST_NAP, _LONGEST_NAP = 0.0005, 0.05


class Child:
    """One program. Whoever starts it waits for it once, or ends it."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], source: Child | None = None, *, fed: bool = False
    ) -> None:
        """Start it; it reads what `source` answers, which is then not this process's to read, or what it is `fed` when
        it is waited for, or nothing. Raises `OSError` when it cannot be started."""
        self.code: int | None = None
        """How it ended, once that is known: the exit status, or minus the number of a signal."""
        self._to = self._out = self._err = -1
        theirs: list[int] = []
        try:
            self._out, out = _pipe(theirs)
            self._err, err = _pipe(theirs)
            actions: list[tuple[int | str, ...]] = []
            if source is not None:
                actions.append((os.POSIX_SPAWN_DUP2, source._given(theirs), 0))
            elif fed:
                reads, self._to = _high(os.pipe())
                theirs.append(reads)
                actions.append((os.POSIX_SPAWN_DUP2, reads, 0))
            else:
                actions.append((os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0))
            actions += [(os.POSIX_SPAWN_DUP2, out, 1), (os.POSIX_SPAWN_DUP2, err, 2)]
            usual = (signal.SIGPIPE, signal.SIGXFSZ)
            self.pid = os.posix_spawnp(command[0], list(command), environment, file_actions=actions, setsigdef=usual)
        except BaseException:
            self._close()
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)

    def outcome(self, stdin: bytes, seconds: float) -> tuple[int, bytes, bytes]:
        """Wait for the exit status, standard output (empty where another program reads it) and standard error.

        `stdin` is for a program that is fed. Raises `TimeoutError` after `seconds`; the program then still runs.
        """
        until = time.monotonic() + seconds
        out, err = self._talk(stdin, until)
        self._close()
        return self._wait(until), out, err

    def end(self) -> None:
        """Kill it where nobody waited for its end, so that it does not outlive who started it."""
        self._close()
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._ended(0)

    def let_go(self) -> None:
        """Close this process's ends of the pipes: in a copy of it they would keep the program waiting for more."""
        self._close()

    def _talk(self, stdin: bytes, until: float) -> tuple[bytes, bytes]:
        heard: dict[int, list[bytes]] = {end: [] for end in (self._out, self._err) if end >= 0}
        open_ends = select.poll()
        for end in heard:
            open_ends.register(end, select.POLLIN)
        left = memoryview(stdin)
        if self._to >= 0 and left:
            os.set_blocking(self._to, False)
            open_ends.register(self._to, select.POLLOUT)
        elif self._to >= 0:
            self._to = _closed(self._to)
        waiting = set(heard)
        while waiting or self._to >= 0:
            for end, _ in open_ends.poll(1000 * _left(until)):
                if end == self._to:
                    left = _written(end, left)
                    if not left:
                        open_ends.unregister(end)
                        self._to = _closed(end)
                    continue
                heard[end].append(os.read(end, _PIECE))
                if not heard[end][-1]:
                    open_ends.unregister(end)
                    waiting.discard(end)
        return b"".join(heard.get(self._out, [])), b"".join(heard[self._err])

    def _wait(self, until: float) -> int:
        nap = _FIRST_NAP
        while not self._ended(os.WNOHANG):
            time.sleep(min(nap, _left(until)))
            nap = min(2 * nap, _LONGEST_NAP)
        return self.code or 0

    def _ended(self, options: int) -> bool:
        if self.code is None:
            pid, status = os.waitpid(self.pid, options)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def _given(self, theirs: list[int]) -> int:
        """What this program writes to, to be read by another one: else its writer would not learn that that is gone."""
        given, self._out = self._out, -1
        theirs.append(given)
        return given

    def _close(self) -> None:
        for end in (self._to, self._out, self._err):
            if end >= 0:
                os.close(end)
        self._to = self._out = self._err = -1


def _pipe(theirs: list[int]) -> tuple[int, int]:
    """A pipe from a program: our end, and its end, which is added to `theirs`. It holds a megabyte where the system
    allows that: else a program stands still until somebody reads."""
    ours, its = _high(os.pipe())
    theirs.append(its)
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(ours, fcntl.F_SETPIPE_SZ, _ROOM)
    return ours, its


def _high(pipe: tuple[int, int]) -> tuple[int, int]:
    """The pipe with numbers above those that every program has: a caller may have closed one of these."""
    return _above(pipe[0]), _above(pipe[1])


def _above(descriptor: int) -> int:
    if descriptor >= _LOWEST:
        return descriptor
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _LOWEST)
    os.close(descriptor)
    return moved


def _written(end: int, data: memoryview) -> memoryview:
    """What is left of `data` after one write; nothing for a reader that is gone."""
    try:
        return data[os.write(end, data[:_PIECE]) :]
    except BlockingIOError:
        return data
    except BrokenPipeError:
        return data[len(data) :]


def _closed(end: int) -> int:
    os.close(end)
    return -1


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
