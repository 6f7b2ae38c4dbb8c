"""The canary of a plan: what it found, and what that says of the rest."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import Refused
from laneshift.runs.approval_facts import canaries
from laneshift.runs.canarying import canary_of
from laneshift.runs.plan import Plan
from laneshift.server.answers import answer
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["canaries"])


class CanaryTold(BaseModel):
    """A canary that ended. `result` is the digest of its report, `bound` the most of the batch that is bad, at 95 %."""

    model_config = ConfigDict(extra="allow")
    canary: str
    plan: str
    result: str
    ok: bool
    seconds: float
    done: int
    bad: int
    bound: str
    gates: dict[str, Any]
    combined: dict[str, Any]


@router.get("/plans/{plan}/canary", response_model=CanaryTold, responses=UNCHANGED, summary="The canary of a plan")
def canary(request: Request, found: Annotated[Plan, Depends(PlanGuard("plan.read"))]) -> Response:
    """The last canary of the plan that was recorded."""
    shop = parts_of(request).shop
    ran = canaries(shop, found)
    if not ran:
        raise Refused("canary.none", f"no canary of {found.id} has ended", cure="ask for one")
    return answer(request, canary_of(shop, found, ran[-1].key.rpartition("/")[0]).as_json())
