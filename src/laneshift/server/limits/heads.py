"""The time of a request's head: a client that never ends it would hold its connection for ever."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

LARGEST_HEAD = 32 * 2**10


def bounded(seconds: float) -> type[H11Protocol]:
    """The protocol whose heads have to be whole within `seconds`."""
    return type("BoundedH11", (BoundedH11,), {"head_seconds": seconds})


class BoundedH11(H11Protocol):
    """HTTP/1.1 whose heads have to be whole in time, counted from the connection or the end of the last answer."""

    head_seconds: float
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the base class
        """Begin to count."""
        super().connection_made(transport)
        self._count()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop to count."""
        if self._late is not None:
            self._late.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin to count again."""
        super().on_response_complete()
        self._count()

    def _count(self) -> None:
        if self._late is not None:
            self._late.cancel()
        self._late = self.loop.call_later(self.head_seconds, self._look)

    def _look(self) -> None:
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.abort()
