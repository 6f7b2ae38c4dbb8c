"""Lets go of what a layer holds when the server ends: in its event loop, and before it says that it has ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LAST = frozenset({"lifespan.shutdown.complete", "lifespan.shutdown.failed"})


class Closing:
    """A layer that requests pass as if it were not there."""

    def __init__(self, app: ASGIApp, close: Callable[[], Awaitable[None]]) -> None:
        """`close` is called once, at the end."""
        self._app = app
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def last(message: Message) -> None:
            if message["type"] in _LAST:
                await self._close()
            await send(message)

        await self._app(scope, receive, last)
