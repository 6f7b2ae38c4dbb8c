"""What was asked of models: how often, how many tokens, at which cost."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.answers import answer
from laneshift.server.auth.policies import REPOSITORY
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, allowed, parts_of
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["models"])


class UsedTold(BaseModel):
    """One principal, one model, one day in UTC. `cost` is in millionths of what the prices are in."""

    day: str
    principal: str
    model: str
    requests: int
    failures: int
    prompt: int
    completion: int
    cost: int


class UsageTold(BaseModel):
    """From the day `since` on, the last day first."""

    since: str
    items: list[UsedTold]


@router.get("/usage", response_model=UsageTold, responses=UNCHANGED, summary="What models were asked for")
def usage(
    request: Request,
    principal: Annotated[Principal, Depends(Guard("self.read"))],
    days: Annotated[int, Query(ge=1, le=366, description="How many days, today included.")] = 30,
    everybody: Annotated[bool, Query(description="Of all principals, which takes `metrics.read`.")] = False,
) -> Response:
    """Yours, or everybody's."""
    parts = parts_of(request)
    if everybody:
        allowed(request, "metrics.read", REPOSITORY)
    today = datetime.fromtimestamp(parts.shop.clock(), UTC).date()
    since = (today - timedelta(days=days - 1)).isoformat()
    found = parts.ledger.since(since, "" if everybody else principal.id)
    return answer(request, {"since": since, "items": [asdict(each) for each in found]})
