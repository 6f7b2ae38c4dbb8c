"""What the policies decided lately, and which policy did."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import SIZE, Limit

router = APIRouter(tags=["access"])


class DecisionTold(BaseModel):
    """One decision. `at` is in unix milliseconds; `policies` made it, and none of them is a refusal by default."""

    seq: int
    at: int
    allowed: bool
    principal: str
    roles: list[str]
    via: str
    action: str
    resource: str
    policies: list[str]
    errors: list[str]
    policy: str
    request: str


class Decisions(BaseModel):
    """The last decisions of this month, newest last."""

    items: list[DecisionTold]


@router.get("/decisions", response_model=Decisions, summary="What the policies decided")
def decisions(
    request: Request, _: Annotated[Principal, Depends(Guard("policy.explain"))], limit: Limit = SIZE
) -> Response:
    """The last decisions, the one about this very request among them."""
    found = parts_of(request).log.last(limit)
    return JSONResponse({"items": [{"seq": each.seq, **each.facts} for each in found]})
