"""Changes under review, and one of them with its body, its items and its checks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.runs.reviews.shown import one, shown
from laneshift.server.api.changes import Number, listed
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import paged
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import After
from laneshift.server.pages.markdown import rendered
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_LIST = "page-changes"
_ROWS = 50


@router.get("/changes", response_model=None)
def changes(request: Request, _: Annotated[Principal, Depends(Guard("change.read"))], cursor: After = "") -> Response:
    """What waits to be merged, and what became of the rest."""
    taken, then = listed(shown(parts_of(request).shop), cursor, _LIST, _ROWS)
    return page(request, "changes.html", cursor=cursor, **paged(taken, then))


@router.get("/changes/{number}", response_model=None)
def change(request: Request, _: Annotated[Principal, Depends(Guard("change.read"))], number: Number) -> Response:
    """One change."""
    found = one(parts_of(request).shop, number)
    return page(request, "change.html", change=found, body=rendered(found.body))
