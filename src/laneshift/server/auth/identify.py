"""Finds out who asks, once for each request, before anything else looks at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from laneshift.errors import LaneshiftError
from laneshift.server.auth.resolvers import Resolver, who
from laneshift.server.problems import respond

_WHY = "refused_credential"


class Identify:
    """Sets `principal` in the state of the request: a `Principal`, or None for nobody."""

    def __init__(
        self, app: ASGIApp, resolvers: Sequence[Resolver], around: Callable[[ASGIApp], ASGIApp] = lambda app: app
    ) -> None:
        """`around` is what a refusal goes through as well, such as what counts requests."""
        self._app = app
        self._resolvers = resolvers
        self._refuse = around(_refused)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says. A credential that does not hold ends the request with 401, whatever it asks for."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            scope["state"]["principal"] = await who(self._resolvers, HTTPConnection(scope))
        except LaneshiftError as error:
            scope["state"][_WHY] = error
            await self._refuse(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    """An application of its own, so that nothing else is ever reached with a credential that does not hold."""
    await respond(scope["state"][_WHY], scope)(scope, receive, send)
