"""What a rollback would do: rehearsed now, with trees compared; no branch and no file moves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.runs.rehearsing import Rehearsed, rehearse
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.parts import Parts

router = APIRouter(tags=["rollbacks"])
_WAIT_SECONDS = 20.0


class Rehearsal(BaseModel):
    """What would be left, and what has to be. `landed` says whether it is of what landed, or of what is ready to."""

    landed: bool
    tip: str
    revert: str
    tree: str
    base_tree: str
    items: list[str]
    kept: int
    seconds: float


@router.get("/plans/{plan}/rollback", response_model=Rehearsal, summary="What a rollback would do")
def rehearsal(
    request: Request,
    found: Annotated[Plan, Depends(PlanGuard("rollback.read"))],
    only: Annotated[list[str] | None, Query(description="Take back these items alone.", max_length=1000)] = None,
) -> Response:
    """Compute the whole way back and compare trees; what it takes is computing, so one is rehearsed at a time."""
    done = rehearsed(parts_of(request), found, tuple(only or ()))
    return JSONResponse({**asdict(done), "items": list(done.items)})


def rehearsed(parts: Parts, plan: Plan, only: tuple[str, ...] = ()) -> Rehearsed:
    """What a rollback would do. Raises `Refused` (`serve.busy`), and as `rehearse` does."""
    if not parts.turn.acquire(timeout=_WAIT_SECONDS):
        raise Refused("serve.busy", "something else is being computed", cure="try again in a moment")
    try:
        return rehearse(parts.shop, plan, only)
    finally:
        parts.turn.release()
