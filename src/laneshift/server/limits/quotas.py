"""How often each principal may ask: a token bucket for each, told truly in the headers of every answer."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from laneshift.errors import Refused
from laneshift.server.auth.principal import Principal
from laneshift.server.limits.bucket import Rate, Taken
from laneshift.server.limits.probes import PATHS
from laneshift.server.problems import respond

_LOG = logging.getLogger("laneshift.server")
_REMEMBERED = 1024
TOLD = "limit_headers"
"""Where in the state of a request the headers are, for layers further out that end it by themselves."""

Told = tuple[tuple[bytes, bytes], ...]
"""Headers as ASGI has them."""


class StoreGone(Exception):
    """The store that servers share does not answer."""


class Buckets(Protocol):
    """Where the buckets are."""

    async def take(self, name: str, rate: Rate, amount: float = 1, *, used: bool = False) -> Taken:
        """Take `amount` out of the bucket of `name`, in any case where it is `used` already. Raises `StoreGone`."""
        ...


class Quotas:
    """Ends a request for which no token is left with 429. Whoever cannot say who they are is known by their address."""

    def __init__(self, app: ASGIApp, buckets: Buckets, rate: Rate, *, when_gone: str) -> None:
        """`when_gone` says what becomes of requests while the store is silent: "open" lets all in, "closed" none."""
        self._app = app
        self._buckets = buckets
        self._rate = rate
        self._open = when_gone == "open"
        self._gone = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says. What tells whether the server lives is never counted."""
        if scope["type"] != "http" or scope["path"] in PATHS:
            await self._app(scope, receive, send)
            return
        try:
            taken = await self._buckets.take(asker(scope), self._rate)
        except StoreGone as error:
            await self._without(error, scope, receive, send)
            return
        self._tell(gone=False)
        headers = told(taken, self._rate)
        scope["state"][TOLD] = headers
        if not taken.allowed:
            wait = str(taken.next_in(self._rate))
            await respond(_spent(wait), scope, headers={**as_text(headers), "Retry-After": wait})(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await self._app(scope, receive, counted)

    async def _without(self, error: StoreGone, scope: Scope, receive: Receive, send: Send) -> None:
        self._tell(gone=True, why=str(error))
        if self._open:
            await self._app(scope, receive, send)
            return
        refused = Refused("quota.unknown", "nobody can say now how much was asked already", cure="try again soon")
        await respond(refused, scope, headers={"Retry-After": "1"})(scope, receive, send)

    def _tell(self, *, gone: bool, why: str = "") -> None:
        """Log the change alone, not each request in between."""
        if gone and not self._gone:
            meanwhile = "everybody is let in" if self._open else "nobody is let in"
            _LOG.error("the store of quotas does not answer, so %s until it does: %s", meanwhile, why)
        if self._gone and not gone:
            _LOG.warning("the store of quotas answers again")
        self._gone = gone


def asker(scope: Scope) -> str:
    """Whose bucket a request takes from."""
    principal: Principal | None = scope["state"]["principal"]
    if principal is not None:
        return principal.id
    return f"address:{scope['client'][0] if scope.get('client') else ''}"


def told(taken: Taken, rate: Rate) -> Told:
    """The headers: the burst, what is left of it, and in how many seconds it is whole again."""
    return _headers(rate.burst, taken.remaining, taken.full_in(rate))


@lru_cache(maxsize=_REMEMBERED)
def _headers(limit: int, remaining: int, reset: int) -> Told:
    """The same few numbers come again and again while nobody is near the end of a bucket."""
    return (
        (b"x-ratelimit-limit", b"%d" % limit),
        (b"x-ratelimit-remaining", b"%d" % remaining),
        (b"x-ratelimit-reset", b"%d" % reset),
    )


def as_text(headers: Told) -> dict[str, str]:
    """The same for an answer that ends the request here."""
    return {name.decode("ascii"): value.decode("ascii") for name, value in headers}


def _spent(wait: str) -> Refused:
    return Refused("quota.exceeded", "this was asked too often", cure=f"try again in {wait} s")
