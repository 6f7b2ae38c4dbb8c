"""The journal as it grows: server-sent events, which a client that was away takes up where it was."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import Refused
from laneshift.server.api.journal import record_told
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.standing import Standing
from laneshift.server.guard import Guard, parts_of

router = APIRouter(tags=["events"])
_PING_SECONDS = 15
_SEND_SECONDS = 30.0
_ENDING_SECONDS = 5.0
_PROVED_SECONDS = 1.0
_LARGEST = 2**53
_TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A stream: `id` is a record's number, `event` its kind, `data` the record.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get("/events", response_class=EventSourceResponse, responses=_TOLD, summary="What happens, as it happens")
def events(
    request: Request,
    principal: Annotated[Principal, Depends(Guard("event.read"))],
    prefix: Annotated[str, Query(max_length=512, description="Only keys that begin so, such as a plan's id.")] = "",
    after: Annotated[int | None, Query(ge=0, lt=_LARGEST, description="Begin after this record; else now.")] = None,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    """Every record from now on; with `Last-Event-ID`, or `after`, every one since that as well.

    A stream ends within a second when its key is revoked, its session is over, or the policies change and do not let
    it go on; nothing that is recorded from then on is told. A client that does not read for 30 s is cut off, and takes
    up where it was when it comes back.
    """
    start = after if last_event_id is None else _number(last_event_id)
    stream = _stream(request, principal, start, prefix)
    return EventSourceResponse(
        stream,
        ping=_PING_SECONDS,
        send_timeout=_SEND_SECONDS,
        headers={"Cache-Control": "no-store"},
        shutdown_grace_period=_ENDING_SECONDS,
    )


async def _stream(
    request: Request, principal: Principal, after: int | None, prefix: str
) -> AsyncIterator[ServerSentEvent]:
    parts = parts_of(request)
    standing = Standing(parts.resolvers, parts.policy, principal, "event.read", request.state.policies)
    start = await parts.feed.start(after)
    yield ServerSentEvent(comment=f"following {start}", retry=1000)
    async for news in parts.feed.follow(start, _PROVED_SECONDS):
        # A stream may outlive what it was opened with: before anything is told, it is asked again.
        if not await standing.holds(request):
            return
        for record in news:
            if record.key.startswith(prefix):
                data = json.dumps(record_told(record), ensure_ascii=False, separators=(",", ":"))
                yield ServerSentEvent(data, id=str(record.seq), event=record.kind)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) >= _LARGEST:
        raise Refused("http.bad-value", "Last-Event-ID is the number of a record", where="Last-Event-ID")
    return int(text)
