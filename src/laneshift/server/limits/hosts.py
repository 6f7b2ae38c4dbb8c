"""Refuses requests that name another host: a page elsewhere could have its own name point here (DNS rebinding)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from laneshift.errors import Refused
from laneshift.server.limits.raw_headers import raw
from laneshift.server.options import Options
from laneshift.server.problems import respond


class Hosts:
    """Ends a request whose `Host` is none of `allowed` with 421."""

    def __init__(self, app: ASGIApp, allowed: frozenset[str]) -> None:
        self._app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] == "http":
            given = raw(scope, b"host")
            if len(given) != 1 or host_in(given[0].decode("latin-1")) not in self._allowed:
                cure = "give the name that clients use with `laneshift serve --name NAME`"
                error = Refused("http.wrong-host", "this server does not go by that name", cure=cure)
                await respond(error, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)


@lru_cache(maxsize=256)
def host_in(text: str) -> str:
    """The host of a `Host` header, in small letters and without its port; "" for what is none."""
    try:
        parts = urlsplit(f"//{text}")
        _ = parts.port
    except ValueError:
        return ""
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        return ""
    return parts.hostname or ""


def own_origin(options: Options) -> Callable[[str], bool]:
    """Whether an `Origin` is that of a page of this server, at whatever port a proxy offers it."""
    hosts = options.hosts

    def own(origin: str) -> bool:
        scheme, _, rest = origin.partition("://")
        return scheme in (options.scheme, "https") and host_in(rest) in hosts

    return own
