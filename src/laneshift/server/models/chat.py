"""`/v1/chat/completions`."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.errors import LaneshiftError
from laneshift.server.answerers.port import Usage
from laneshift.server.auth.principal import Principal
from laneshift.server.envelope import enveloped
from laneshift.server.guard import Guard, parts_of
from laneshift.server.models.asking import EventStream, Turn, begun, whole
from laneshift.server.models.chat_asked import asked_by
from laneshift.server.models.chat_request import ChatRequest
from laneshift.server.models.chat_told import Chunks, CompletionTold, Head, completion, gathered
from laneshift.server.problems import problem

router = APIRouter(tags=["models"])
_TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream` as chunks, each the `data` of an event, and `[DONE]` last.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.post("/chat/completions", response_model=CompletionTold, responses=_TOLD, summary="Ask a model")
async def chat(
    request: Request, principal: Annotated[Principal, Depends(Guard("models.chat"))], given: ChatRequest
) -> Response:
    """The answer to a conversation. A client that goes ends the work on it."""
    parts = parts_of(request)
    model = parts.models.talking(given.model)
    asked = asked_by(given, principal.id)
    head = Head(f"chatcmpl-{secrets.token_hex(14)}", parts.shop.clock(), model.name, model.fingerprint)
    turn = await begun(request, principal, model, asked)
    if asked.streamed:
        usage = given.stream_options is not None and bool(given.stream_options.include_usage)
        return EventStream(_events(request, turn, Chunks(head, usage=usage), asked.n), turn)
    pieces, took = await whole(request, turn)
    return JSONResponse(completion(head, gathered(pieces, asked.n), took), headers=turn.grant.headers)


async def _events(request: Request, turn: Turn, chunks: Chunks, n: int) -> AsyncGenerator[str, None]:
    for text in chunks.first(n):
        yield event(text)
    try:
        async for piece in turn.pieces():
            for text in chunks.last(piece) if isinstance(piece, Usage) else chunks.of(piece):
                yield event(text)
    except LaneshiftError as error:
        await turn.close(failed=True)
        yield event(json.dumps(told_error(request, error)))
        return
    yield event("[DONE]")


def event(data: str, name: str = "") -> str:
    """One server-sent event; `data` has no line's end in it."""
    return f"event: {name}\ndata: {data}\n\n" if name else f"data: {data}\n\n"


def told_error(request: Request, error: LaneshiftError) -> dict[str, Any]:
    """The envelope of an error that comes when the status was sent already."""
    state = request.scope["state"]
    return enveloped(problem(error, state["request_id"], hidden=state["hidden"]))
