"""Hands out the scripts and styles of the pages."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import Refused
from laneshift.server.answers import tagged
from laneshift.server.guard import Everybody
from laneshift.server.pages.assets import KINDS, contents, mark
from laneshift.server.pages.route import PageRoute

_FOREVER = "public, max-age=31536000, immutable"

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_OPEN = [Depends(Everybody("they are the same for every server of this version"))]


@router.get("/static/{name}", response_model=None, dependencies=_OPEN)
def static(request: Request, name: str, v: str = "") -> Response:
    """One file. Whoever asks for it by its content may keep it for good."""
    found = contents().get(name)
    if found is None:
        raise Refused("http.not-found", f"there is no file {name[:60]!r}")
    headers = {"Cache-Control": _FOREVER} if v == mark(found) else {}
    return tagged(request, found, KINDS[name[name.rindex(".") :]], headers)
