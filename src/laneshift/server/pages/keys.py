"""Access keys: who has one, a new one, and the end of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.auth.actions import GROUPS
from laneshift.server.auth.keys import told
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ROLES = ("reader", "operator", "approver", "agent", "suggest_only", "admin")
"""Those that the shipped policies know."""


@router.get("/keys", response_model=None)
def keys(request: Request, _: Annotated[Principal, Depends(Guard("key.read"))]) -> Response:
    """Every key, the last made first."""
    parts = parts_of(request)
    found = [told(key, parts.shop.clock()) for key in parts.keys.store.all()]
    return page(request, "keys.html", keys=found[::-1], roles=ROLES, groups=sorted(GROUPS))
