"""`/openapi.json`: what there is to ask for."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.answers import answer
from laneshift.server.guard import Everybody

router = APIRouter(tags=["server"])


_OPEN = [Depends(Everybody("it is the same for every server of this version"))]


@router.get("/openapi.json", response_model=None, dependencies=_OPEN, summary="The description of this API")
def openapi(request: Request) -> Response:
    """The OpenAPI document of everything that is served."""
    return answer(request, request.app.openapi())
