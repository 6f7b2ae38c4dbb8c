"""Who the server takes you for."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["access"])


class Me(BaseModel):
    """A principal, as it was proved."""

    kind: Literal["person", "agent"]
    name: str
    roles: list[str]
    scopes: list[str]
    via: str
    owner: str


@router.get("/me", response_model=Me, responses=UNCHANGED, summary="Who you are here")
async def me(request: Request, principal: Annotated[Principal, Depends(Guard("self.read"))]) -> Response:
    """What the policies decide by."""
    told = Me(
        kind=principal.kind,
        name=principal.name,
        roles=list(principal.roles),
        scopes=list(principal.scopes),
        via=principal.via,
        owner=principal.owner,
    )
    return answer(request, told.model_dump())
