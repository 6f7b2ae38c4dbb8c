"""HEAD: what GET would answer, without its body. Routes need to know nothing of it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


async def bodiless(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Have `app` answer a HEAD as if it were a GET. The answer ends with its head, also where a stream would go on."""

    async def head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    # What serves has a scope of its own, by which it knows that no body follows.
    await app({**scope, "method": "GET"}, receive, head)
