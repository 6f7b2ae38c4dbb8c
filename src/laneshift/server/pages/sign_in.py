"""Where people come in: sign in with a passkey, and register one by the link that they were given."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.auth.passkeys.enrolments import PAGE
from laneshift.server.guard import Everybody
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_OPEN = [Depends(Everybody("it tells nothing, and whoever is not signed in has to begin somewhere"))]


@router.get("/id/sign-in", response_model=None, dependencies=_OPEN)
def sign_in(request: Request) -> Response:
    """One button."""
    return page(request, "sign_in.html")


@router.get(PAGE, response_model=None, dependencies=_OPEN)
def enrol(request: Request) -> Response:
    """Register a passkey. What the link is for is behind its `#`, and is not known here."""
    return page(request, "enrol.html")
