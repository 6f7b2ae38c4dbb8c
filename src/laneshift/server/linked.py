"""Requests and what is done for them, in one trace: `traceparent` comes in, `traceresponse` goes out (W3C)."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laneshift.matriz.linking import Asking, asking
from laneshift.server.limits.raw_headers import raw

_LONGEST = 200


class Linked:
    """Has what a request leads to done on its behalf, and tells which run that was, where there was one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = raw(scope, b"traceparent")
        asked = Asking(given[0][:_LONGEST].decode("latin-1") if given else "")
        asking(asked)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start" and asked.answered:
                MutableHeaders(scope=message)["traceresponse"] = asked.answered
            await send(message)

        await self.app(scope, receive, telling)
