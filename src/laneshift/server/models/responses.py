"""`/v1/responses`: answers that are kept, and can be gone on from."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.server.answerers.errors import bad_value, unsupported
from laneshift.server.answerers.kept_responses import Kept
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.models.asking import EventStream, Turn, begun, opened, unless_gone
from laneshift.server.models.chat import event
from laneshift.server.models.response_asked import asked_by
from laneshift.server.models.response_events import Telling
from laneshift.server.models.response_items import items_of, refuse_astray
from laneshift.server.models.response_jobs import Job
from laneshift.server.models.response_request import ResponseRequest
from laneshift.server.models.response_told import OVER, DeletedTold, ItemsTold, ResponseTold
from laneshift.server.models.response_told import begun as first_told

router = APIRouter(tags=["models"])
_MOST_ITEMS = 100
_TOLD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The response; with `stream` its events, each with a `sequence_number`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
_Asker = Annotated[Principal, Depends(Guard("models.chat"))]


@router.post("/responses", response_model=ResponseTold, responses=_TOLD, summary="Ask a model, and keep its answer")
async def make(request: Request, principal: _Asker, given: ResponseRequest) -> Response:
    """The answer to `input`, after the conversation of `previous_response_id`. A client that goes ends the work on it,
    unless it is in the `background`."""
    parts = parts_of(request)
    model = parts.models.talking(given.model)
    before = await _before(request, principal, given.previous_response_id)
    items = [*before, *items_of(given, new_id)]
    refuse_astray(items, len(before))
    asked = asked_by(given, items, principal.id)
    response = first_told(given, new_id("resp"), parts.shop.clock())
    store = parts.responses if given.store is not False else None
    state = request.scope["state"]
    telling = Telling(response, new_id, parts.shop.clock)
    job = Job(telling, principal.id, items, store, state["request_id"], state["hidden"])
    if given.background:
        turn = await opened(request, principal, model, asked)
        await job.keep()
        parts.background.start(response["id"], job.behind(turn))
        return JSONResponse(response, headers=turn.grant.headers)
    turn = await begun(request, principal, model, asked)
    if asked.streamed:
        return EventStream(_events(job, turn), turn)
    try:
        await unless_gone(request, job.run(turn))
    finally:
        await turn.close()
    return JSONResponse(response, headers=turn.grant.headers)


@router.get("/responses/{response}", response_model=ResponseTold, summary="A response")
async def one(request: Request, principal: _Asker, response: str, stream: Annotated[bool, Query()] = False) -> Response:
    """As it stands. Only its own principal finds it."""
    if stream:
        raise unsupported("stream", "what was made is not streamed again", "ask for it without `stream`")
    return JSONResponse((await _kept(request, principal, response)).told)


@router.delete("/responses/{response}", response_model=DeletedTold, summary="Forget a response")
async def delete(request: Request, principal: _Asker, response: str) -> Response:
    """Forget it, and end the work on it."""
    parts = parts_of(request)
    await run_sync(parts.responses.delete, principal.id, response)
    parts.background.cancel(response)
    return JSONResponse(DeletedTold(id=response).model_dump())


@router.post("/responses/{response}/cancel", response_model=ResponseTold, summary="Have a response end")
async def cancel(request: Request, principal: _Asker, response: str) -> Response:
    """End the work on one in the background. One that is over stays as it is."""
    parts = parts_of(request)
    kept = await _kept(request, principal, response)
    if not kept.told["background"]:
        raise bad_value("response_id", "this was not made in the background", "end its request instead")
    if kept.told["status"] not in OVER:
        kept = Kept({**kept.told, "status": "cancelled"}, kept.before)
        await run_sync(parts.responses.put, principal.id, kept)
        parts.background.cancel(response)
    return JSONResponse(kept.told)


@router.get("/responses/{response}/input_items", response_model=ItemsTold, summary="What a response answers")
async def input_items(
    request: Request,
    principal: _Asker,
    response: str,
    limit: Annotated[int, Query(ge=1, le=_MOST_ITEMS)] = 20,
    order: Literal["asc", "desc"] = "desc",
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The items of the conversation before it, the last first unless `order` is `asc`."""
    items = (await _kept(request, principal, response)).before
    found = items if order == "asc" else items[::-1]
    if after:
        places = [place for place, item in enumerate(found) if item["id"] == after]
        if not places:
            raise bad_value("after", "no item has this id")
        found = found[places[0] + 1 :]
    told = found[:limit]
    ids = [item["id"] for item in told]
    first, last = (ids[0], ids[-1]) if ids else (None, None)
    page = {"object": "list", "data": told, "first_id": first, "last_id": last, "has_more": len(found) > limit}
    return JSONResponse(page)


async def _before(request: Request, principal: Principal, previous: str | None) -> list[dict[str, Any]]:
    """The conversation so far. Raises `Refused`: `response.unknown`, and `response.open` for one that is at work."""
    if previous is None:
        return []
    store = parts_of(request).responses
    kept = await run_sync(lambda: store.get(principal.id, previous, "previous_response_id"))
    if kept.told["status"] not in OVER:
        raise bad_value("previous_response_id", "this response is not over", "wait for it")
    return [*kept.before, *kept.told["output"]]


async def _kept(request: Request, principal: Principal, response: str) -> Kept:
    store = parts_of(request).responses
    return await run_sync(lambda: store.get(principal.id, response))


async def _events(job: Job, turn: Turn) -> AsyncGenerator[str, None]:
    async for told in job.events(turn):
        yield event(json.dumps(told, ensure_ascii=False, separators=(",", ":")), told["type"])


def new_id(prefix: str) -> str:
    """An id that nobody guesses."""
    return f"{prefix}_{secrets.token_hex(24)}"
