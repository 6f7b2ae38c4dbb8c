"""HEAD: what GET would answer, without its body. Routes need to know nothing of it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Bodiless:
    """Has HEAD answered by the routes for GET. An answer ends with its head, also where a stream would go on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        # What serves has a scope of its own, by which it knows that no body follows.
        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, head)
        finally:
            scope["route"] = asked.get("route")
