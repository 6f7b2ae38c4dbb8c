"""The freeze: whether nothing may land now, by whom and why; and beginning and ending one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.runs import freezing
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import UNCHANGED
from laneshift.server.parts import Parts

router = APIRouter(tags=["freeze"])
_LONGEST = 500
_STOOD: dict[int | str, dict[str, Any]] = {200: {"description": "One stood already. It goes on, with its own reason."}}


class FreezeTold(BaseModel):
    """A freeze on record. It has no end of its own: it stands until a person ends it. `at` is in unix milliseconds."""

    key: str
    who: str
    at: int
    reason: str


class Standing(BaseModel):
    """Whether landings are frozen. `on_its_way` are plans whose landing began before the freeze and may go through."""

    frozen: bool
    freeze: FreezeTold | None
    on_its_way: list[str]


class FreezeAsked(BaseModel):
    """Why nothing may land, in one line that goes on record."""

    model_config = ConfigDict(extra="forbid", strict=True)
    reason: str = Field(min_length=1, max_length=_LONGEST)


@router.get("/freeze", response_model=Standing, responses=UNCHANGED, summary="Whether landings are frozen")
def standing(request: Request, _: Annotated[Principal, Depends(Guard("freeze.read"))]) -> Response:
    """The freeze that holds now, if one does."""
    parts = parts_of(request)
    return answer(request, told(parts, freezing.standing(parts.shop.journal)))


@router.post("/freeze", response_model=Standing, status_code=201, responses=_STOOD, summary="Stop every landing")
def begin(
    request: Request, principal: Annotated[Principal, Depends(Guard("freeze.start"))], asked: FreezeAsked
) -> Response:
    """Have nothing land from now on. Runs go on, and the way back stays open."""
    parts = parts_of(request)
    stood = freezing.standing(parts.shop.journal)
    held = freezing.freeze(parts.shop, principal.id, asked.reason)
    return JSONResponse(told(parts, held), 200 if stood == held else 201)


@router.delete("/freeze", response_model=FreezeTold, summary="Let landings go on")
def end(
    request: Request,
    principal: Annotated[Principal, Depends(Guard("freeze.end"))],
    reason: Annotated[str, Query(min_length=1, max_length=_LONGEST, description="Why, in one line that is recorded.")],
) -> Response:
    """End the freeze; the one that ended. What was ready to land is still ready."""
    held = freezing.thaw(parts_of(request).shop, principal.id, reason)
    return JSONResponse(plain(held))


def told(parts: Parts, held: freezing.Freeze | None) -> dict[str, object]:
    """A freeze, or that there is none, as plain data."""
    late = freezing.on_their_way(parts.shop) if held is not None else []
    return {"frozen": held is not None, "freeze": None if held is None else plain(held), "on_its_way": late}


def plain(held: freezing.Freeze) -> dict[str, object]:
    """A freeze as plain data."""
    return {"key": held.key, "who": held.who, "at": held.at, "reason": held.reason}
