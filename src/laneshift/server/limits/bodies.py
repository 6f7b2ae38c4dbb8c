"""The size and the time of a request's body: counted as it comes, whatever its headers say."""

from __future__ import annotations

import time

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laneshift.errors import Refused
from laneshift.server.limits.at_once import within
from laneshift.server.limits.quotas import TOLD, as_text
from laneshift.server.limits.raw_headers import raw
from laneshift.server.problems import respond

LEAST_RATE = 1024
"""Bytes a second, over the whole body, below which a client is taken for one that means harm."""

_CLOSE = {"Connection": "close"}


class BodyRefused(HTTPException):
    """A body that is not read to its end. Of this class, so that the framework lets it through."""

    def __init__(self, error: Refused, status: int) -> None:
        super().__init__(status, error.what, headers=_CLOSE)
        self.error = error


class Bodies:
    """Ends a request whose body is larger than `most` bytes with 413, and one that comes too slowly with 408."""

    def __init__(self, app: ASGIApp, most: int, grace: float) -> None:
        self._app = app
        self._most = most
        self._grace = grace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = raw(scope, b"content-length")
        why = self._refused(said[0], scope) if said else None
        if why is not None:
            await respond(why, scope, headers=_CLOSE)(scope, receive, send)
            return
        started = False

        async def told(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, self._counted(receive), told)
        except BodyRefused as refused:
            if started:
                raise
            counted = as_text(scope["state"].get(TOLD, ()))
            await respond(refused.error, scope, headers={**counted, **_CLOSE})(scope, receive, send)

    def _refused(self, said: bytes, scope: Scope) -> Refused | None:
        """Why a body of the length that is said is not even read."""
        if not said.isdigit() or int(said) > self._most:
            return self._too_large()
        if raw(scope, b"transfer-encoding"):
            # Whoever passed it on may have gone by the other one: what it took for the rest would be read as a request.
            return Refused("http.bad-request", "a body has a length or comes in chunks, not both")
        return None

    def _counted(self, receive: Receive) -> Receive:
        seen, began, ended = 0, time.monotonic(), False

        async def counted() -> Message:
            nonlocal seen, ended
            if ended:
                return await receive()
            left = began + self._grace + seen / LEAST_RATE - time.monotonic()
            try:
                message = await within(max(left, 0.001), receive())
            except TimeoutError as error:
                raise BodyRefused(Refused("http.too-slow", "the body comes too slowly"), 408) from error
            seen += len(message.get("body", b""))
            ended = not message.get("more_body", False)
            if seen > self._most:
                raise BodyRefused(self._too_large(), 413)
            return message

        return counted

    def _too_large(self) -> Refused:
        return Refused("http.too-large", f"a request has at most {self._most} bytes", cure="send less at a time")
