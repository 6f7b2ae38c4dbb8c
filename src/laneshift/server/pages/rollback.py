"""Rollback: what it would do, rehearsed now, and doing it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import LaneshiftError
from laneshift.runs.plan import Plan
from laneshift.runs.rehearsing import Rehearsed
from laneshift.runs.requesting import requests
from laneshift.server.api.rollbacks import rehearsed
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.pages.following import LANDINGS, REQUESTS, ROLLBACKS, following
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute
from laneshift.server.parts import Parts

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/runs/{plan}/rollback", response_model=None)
def rollback(request: Request, found: Annotated[Plan, Depends(PlanGuard("rollback.read"))]) -> Response:
    """The whole way back, computed and compared; nothing moves before somebody asks for it."""
    parts = parts_of(request)
    follow = following(request, (*ROLLBACKS, *LANDINGS, *REQUESTS), found.id)
    done, error = _rehearsed(parts, found)
    asked = [each for each in requests(parts.shop.journal, found.id) if each.verb == "rollback"]
    back = parts.shop.journal.records(kind="rollback.recorded", prefix=f"{found.id}/")
    values: dict[str, Any] = {"rehearsal": done, "error": error, "asked": asked[-3:][::-1], "back": back[-3:][::-1]}
    return page(request, "rollback.html", plan=found, follow=follow, **values)


def _rehearsed(parts: Parts, plan: Plan) -> tuple[Rehearsed | None, LaneshiftError | None]:
    try:
        return rehearsed(parts, plan), None
    except LaneshiftError as error:
        return None, error
