"""Changes under review: what waits to be merged, and what became of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from laneshift.runs.reviews.shown import Shown, one, shown
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit

router = APIRouter(tags=["changes"])
_LIST = "changes"
Number = Annotated[int, Path(ge=1, le=2**53, description="The number of the change at its forge.")]


class CheckTold(BaseModel):
    """What was found about the commit of a change."""

    context: str
    state: str = Field(examples=["success", "failure", "error", "pending"])
    description: str


class Summary(BaseModel):
    """One change. `at` is when a landing proposed it, in unix milliseconds, 0 where none did."""

    number: int
    title: str
    head: str
    base: str
    commit: str
    state: str = Field(examples=["open", "closed", "merged"])
    forge: str
    at: int
    plan: str
    batch: str
    tree: str
    link: str
    why: str
    items: list[str]


class ChangeTold(Summary):
    """A change with its body, which is Markdown, and its checks."""

    body: str
    checks: list[CheckTold]


class Summaries(BaseModel):
    """One page, the last first."""

    items: list[Summary]
    next: str | None


@router.get("/changes", response_model=Summaries, responses=UNCHANGED, summary="Changes under review")
def changes(
    request: Request,
    _: Annotated[Principal, Depends(Guard("change.read"))],
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """Every change that laneshift opened and still knows."""
    taken, then = listed(shown(parts_of(request).shop), cursor, _LIST, limit)
    return answer(request, paged([summary(each) for each in taken], then))


@router.get("/changes/{number}", response_model=ChangeTold, responses=UNCHANGED, summary="One change")
def change(request: Request, _: Annotated[Principal, Depends(Guard("change.read"))], number: Number) -> Response:
    """Its body, its items and its checks."""
    return answer(request, one(parts_of(request).shop, number).as_json())


def listed(found: list[Shown], cursor: str, name: str, limit: int) -> tuple[list[Shown], str | None]:
    """One page of changes, and the cursor of the next. Raises `Refused` (`page.bad-cursor`)."""
    before = position_in(cursor, name, int)
    rest = [each for each in found if before is None or each.number < before]
    return page(rest, name, limit, lambda each: each.number)


def summary(found: Shown) -> dict[str, Any]:
    """A change without its body."""
    told = found.as_json()
    return {name: told[name] for name in Summary.model_fields}
