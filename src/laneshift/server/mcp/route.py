"""`/mcp`: one address for the protocol. What it is told there, `agents/mcp` answers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from laneshift.agents.desk.desk import Offices
from laneshift.errors import Refused
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.limits.hosts import own_origin
from laneshift.server.mcp.asking import desk_for
from laneshift.server.mcp.openings import SECONDS, Openings
from laneshift.server.parts import Parts

router = APIRouter(tags=["mcp"])
_SESSION, _VERSION = "mcp-session-id", "mcp-protocol-version"
_MOST_SESSIONS = 1000


class Spoken:
    """What answers at `/mcp` while a server runs. `app` is None where the SDK of the protocol is not installed."""

    def __init__(self, app: ASGIApp | None, user: Callable[[str], Any]) -> None:
        self.app = app
        self.user = user
        self.openings = Openings()


@router.api_route("/mcp", methods=["POST", "DELETE"], include_in_schema=False)
async def speak(request: Request, principal: Annotated[Principal, Depends(Guard("self.read"))]) -> Response:
    """One message of a client, or the end of its session.

    There is nothing to GET: the server speaks when it is asked, and never by itself. Raises `Refused`:
    `access.foreign-origin`, `mcp.not-installed`, `mcp.too-many-sessions`.
    """
    spoken: Spoken = request.app.state.spoken
    if spoken.app is None:
        raise Refused("mcp.not-installed", "nothing speaks the protocol here", cure="install the extra mcp")
    origin = request.headers.get("origin")
    if origin is not None and not own_origin(parts_of(request).options)(origin):
        # Also with a key: a page that has one of somebody's is still no client of the protocol.
        raise Refused("access.foreign-origin", "a page of another site may not speak the protocol here")
    opens = request.method == "POST" and _SESSION not in request.headers and _VERSION not in request.headers
    if opens:
        spoken.openings.count(principal.via)
    return _Handed(spoken.app, spoken.user(principal.via))


@contextlib.asynccontextmanager
async def speaking(parts: Parts, offices: Offices) -> AsyncIterator[Spoken]:
    """What answers, for as long as the block lasts. Sessions end with it."""
    try:
        from laneshift.agents.mcp.server import served  # noqa: PLC0415 - the SDK is an extra
        from laneshift.server.mcp.sessions import sessions, user_of  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        yield Spoken(None, str)
        return
    manager = sessions(
        served(partial(desk_for, parts, offices), parts.hidden), parts.options.body, SECONDS, _MOST_SESSIONS
    )
    async with manager.run():
        yield Spoken(manager.asgi_app, user_of)


class _Handed(Response):
    """Hands the request on as it is, with whom a session of it belongs to."""

    def __init__(self, app: ASGIApp, user: Any) -> None:
        super().__init__()
        self._handed = app
        self._user = user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        await self._handed({**scope, "user": self._user}, receive, send)
