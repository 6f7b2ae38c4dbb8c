"""Batches: the newest plan of each, and where its items are."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState
from laneshift.runs.state_told import state_data
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.guard import Guard, PlanGuard, parts_of
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit

router = APIRouter(tags=["batches"])
_LIST = "batches"


class Counts(BaseModel):
    """How many items there are, and how they stand; the last four add up to the first."""

    total: int
    done: int
    running: int
    waiting: int
    attention: int


class Batch(BaseModel):
    """A batch by its newest plan. `unfinished` are the parts of its work that were begun and have not ended."""

    plan: str
    batch: str
    file: str
    target: str
    counts: Counts
    next_item: str | None
    landed: dict[str, Any] | None
    unfinished: list[str]
    paused: dict[str, Any] | None
    canary: dict[str, Any] | None
    selection: dict[str, Any]
    waived: dict[str, Any]


class Batches(BaseModel):
    """One page."""

    items: list[Batch]
    next: str | None


@router.get("/batches", response_model=Batches, responses=UNCHANGED, summary="Every batch")
def batches(
    request: Request,
    _: Annotated[Principal, Depends(Guard("batch.read"))],
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """The batches by name, each by its newest plan."""
    parts = parts_of(request)
    after = position_in(cursor, _LIST, str)
    names = [name for name in parts.plans.batches() if after is None or name > after]
    taken, then = page(names, _LIST, limit, lambda name: name)
    return answer(request, paged([told(parts.states.of(parts.plans.load(name))) for name in taken], then))


@router.get("/batches/{plan}", response_model=Batch, responses=UNCHANGED, summary="One batch")
def batch(request: Request, found: Annotated[Plan, Depends(PlanGuard("batch.read"))]) -> Response:
    """The batch with this name, by its newest plan; or the one that the plan with this id is of."""
    return answer(request, told(parts_of(request).states.of(found)))


def told(state: BatchState) -> dict[str, Any]:
    """A batch without its items."""
    whole = state_data(state)
    del whole["items"]
    return {**whole, "target": state.plan.target.removeprefix("refs/heads/")}
