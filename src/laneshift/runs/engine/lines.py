"""The lines to one PostgreSQL server: they can be cut all at once, and a server that is gone is not called for ever.

DBOS repeats, without an end, whatever failed because a connection did. While a server restarts that is what is wanted;
one that never comes back would keep every thread that asked for something, and with them the process, from ending. A
server that hangs is worse: it takes a question and nobody gets an error, so the questions in flight have to be ended
from here.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError

_FORGET_SECONDS = 120.0
"""A failure this long after the last one begins anew. DBOS lets up to 90 s pass between two tries."""


_late: ContextVar[threading.Event | None] = ContextVar("the time for an answer is over", default=None)


class Unreachable(InterfaceError):
    """No connection, and no reason to try again now. DBOS repeats what failed for other reasons only."""

    def __init__(self, why: str) -> None:
        super().__init__(None, None, ConnectionError(why))


class Lines:
    """The connections of the engines that this is attached to. Safe to use from any thread."""

    def __init__(self, patience: float) -> None:
        """Connecting may fail for `patience` seconds before it is given up."""
        self._patience = patience
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[psycopg.Connection[Any]] = weakref.WeakSet()
        self._cut = ""
        self._failing: tuple[float, float] | None = None
        """When connecting began to fail, and when it failed last."""

    def attach(self, engine: sa.Engine) -> sa.Engine:
        """See to the connections that `engine` makes from now on; gives the engine."""
        sa.event.listen(engine, "do_connect", self._connect)
        return engine

    def cut(self, why: str) -> None:
        """End every connection, whoever waits for an answer on it, and allow no more of them."""
        with self._lock:
            self._cut = self._cut or why
        self.end_open()

    def end_open(self) -> None:
        """End the connections that there are, whoever waits for an answer on them. New ones may be made."""
        with self._lock:
            lines = list(self._open)
        for line in lines:
            with contextlib.suppress(OSError, psycopg.Error):  # it has come to an end by itself
                _end(line)

    @contextlib.contextmanager
    def answering(self, seconds: float) -> Iterator[None]:
        """Raise `Unreachable` when what is asked in the context has no answer within so many seconds.

        A server that hangs keeps its connections alive, so that nothing below notices: they are ended from here.
        """
        late = threading.Event()
        mine = _late.set(late)

        def end() -> None:
            late.set()
            self.end_open()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except DBAPIError as error:
            if late.is_set():
                raise Unreachable(f"it has not answered for {seconds:.0f} s") from error
            raise
        finally:
            timer.cancel()
            _late.reset(mine)

    def _connect(
        self, dialect: sa.Dialect, _record: object, arguments: list[Any], options: dict[str, Any]
    ) -> psycopg.Connection[Any]:
        self._refuse()
        if (late := _late.get()) is not None and late.is_set():
            raise Unreachable("the time for an answer is over")
        try:
            line = cast("psycopg.Connection[Any]", dialect.connect(*arguments, **options))
        except psycopg.OperationalError as error:
            if self._failed(time.monotonic()):
                raise Unreachable(str(error)) from error
            raise
        with self._lock:
            self._failing = None
            self._open.add(line)
        try:
            self._refuse()
        except Unreachable:
            line.close()
            raise
        return line

    def _refuse(self) -> None:
        if self._cut:
            raise Unreachable(self._cut)

    def _failed(self, now: float) -> bool:
        """Note that connecting has failed; whether that has lasted for too long."""
        with self._lock:
            first, last = self._failing or (now, now)
            if now - last > _FORGET_SECONDS:
                first = now
            self._failing = first, now
        return now - first > self._patience


def _end(line: psycopg.Connection[Any]) -> None:
    """Let every read and write on the connection end now. Its owner closes it: only that thread may."""
    with socket.socket(fileno=os.dup(line.fileno())) as end:
        end.shutdown(socket.SHUT_RDWR)
