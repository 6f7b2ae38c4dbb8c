"""The canary of a batch and the approval of people: every digest that they put their name to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import LaneshiftError
from laneshift.runs.approval_facts import canaries
from laneshift.runs.canarying import Canary, canary_of
from laneshift.runs.plan import Plan
from laneshift.runs.requesting import requests
from laneshift.runs.workshop import Workshop
from laneshift.server.api.approvals import told
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.pages.following import APPROVALS, CANARIES, REQUESTS, RUNS, following
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/runs/{plan}/approval", response_model=None)
def approval(request: Request, found: Annotated[Plan, Depends(PlanGuard("approval.read"))]) -> Response:
    """What the canary found, what has to be approved, and by whom it was."""
    parts = parts_of(request)
    follow = following(request, (*CANARIES, *APPROVALS, *RUNS, *REQUESTS), found.id)
    canary, unread = _canary(parts.shop, found)
    values: dict[str, Any] = {
        "plan": found,
        "follow": follow,
        "canary": canary,
        "unread": unread,
        "standing": told(parts, found),
        "asked": [each for each in requests(parts.shop.journal, found.id) if each.verb == "canary"][-3:][::-1],
    }
    return page(request, "approval.html", **values)


def _canary(shop: Workshop, plan: Plan) -> tuple[Canary | None, str]:
    """The last canary, or why it cannot be shown."""
    ran = canaries(shop, plan)
    try:
        return (canary_of(shop, plan, ran[-1].key.rpartition("/")[0]) if ran else None), ""
    except LaneshiftError as error:
        return None, f"{error.what} [{error.code}]"
