"""Keeps other sites from having a browser ask in its user's name.

A browser sends cookies, and reaches loopback, for any page. So a request that changes something and was let in by what
a browser sends by itself has to come from a page of this very server. Access keys are never sent by themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from laneshift.errors import Refused
from laneshift.server.auth.principal import LOCAL, Principal
from laneshift.server.problems import respond

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Origins:
    """Lets a request through, or ends it with 403. `allowed` says whether an `Origin` is this server's own."""

    def __init__(self, app: ASGIApp, allowed: Callable[[str], bool]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and self._is_foreign(scope):
            what = "a page of another site may not ask for this in your name"
            cure = "use the pages of this server, or an access key"
            await respond(Refused("access.foreign-origin", what, cure=cure), scope)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        principal: Principal | None = scope["state"].get("principal")
        if principal is not None and not principal.by_browser:
            return False
        asked = HTTPConnection(scope)
        site = asked.headers.get("sec-fetch-site", "")
        origin = asked.headers.get("origin")
        if site not in ("", "same-origin", "none") or (origin is not None and not self._allowed(origin)):
            return True
        # A session came by a cookie, so its request has to say where it comes from; who has none is no browser.
        by_cookie = principal is not None and principal.via != LOCAL
        return by_cookie and origin is None and site != "same-origin"
