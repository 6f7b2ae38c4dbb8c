"""Items: where each is, and what every step of one found, with its evidence."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from laneshift.errors import Refused
from laneshift.runs import inspecting
from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.selection_record import misses
from laneshift.runs.state import ItemState
from laneshift.server.answers import answer
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit

router = APIRouter(tags=["items"])
_LIST = "items"
State = Literal[
    "waiting", "running", "ready-to-land", "landed", "verified", "already-done", "refused", "quarantined", "held"
]
"""Where an item can be."""


class Item(BaseModel):
    """An item: what was planned of it, and where it is. `evidence` is the digest of what its state rests on."""

    id: str
    state: State
    step: str
    cause: str
    evidence: str
    commit: str
    src: str
    dst: str
    lane: str
    status: str
    stage: int
    critical: bool
    files: int
    edits: int


class Items(BaseModel):
    """One page, in the order of the plan."""

    items: list[Item]
    next: str | None


class Step(BaseModel):
    """One step that ran. `at` is in unix milliseconds; `log` is the digest of its log, "" where it kept none."""

    run: str
    step: str
    status: str
    summary: str
    cached: bool
    tree: str
    log: str
    at: int
    facts: dict[str, Any]
    seen: dict[str, Any]


class ItemWhole(BaseModel):
    """An item with its steps, oldest first, and what an audit of its test selection found."""

    item: Item
    steps: list[Step]
    audit: dict[str, Any] | None
    misses: list[str]


@router.get("/plans/{plan}/items", response_model=Items, responses=UNCHANGED, summary="The items of a plan")
def items(
    request: Request,
    found: Annotated[Plan, Depends(PlanGuard("item.read"))],
    state: Annotated[list[State] | None, Query(description="Only those in one of these states.", max_length=20)] = None,
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """The items in the order of the plan."""
    states = parts_of(request).states.of(found).items
    after = position_in(cursor, _LIST, int)
    left = [
        (number, item)
        for number, item in enumerate(found.items)
        if (after is None or number > after) and (not state or states[item.id].state in state)
    ]
    taken, then = page(left, _LIST, limit, lambda each: each[0])
    return answer(request, paged([item_told(item, states[item.id]) for _, item in taken], then))


@router.get("/plans/{plan}/items/{item}", response_model=ItemWhole, responses=UNCHANGED, summary="One item")
def item_of(request: Request, found: Annotated[Plan, Depends(PlanGuard("item.read"))], item: str) -> Response:
    """Every step that ran for the item, with what it found."""
    parts = parts_of(request)
    planned = found.item(item)
    state = parts.states.of(found)
    told = {
        "item": item_told(planned, state.items[item]),
        "steps": [asdict(report) for report in inspecting.steps_of(parts.shop, found, item)],
        "audit": dict(state.audits[item]) if item in state.audits else None,
        "misses": misses(state, item),
    }
    return answer(request, told)


@router.get(
    "/plans/{plan}/items/{item}/logs/{step}",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The log."}},
    summary="The log of a step",
)
def log(
    request: Request, found: Annotated[Plan, Depends(PlanGuard("item.read"))], item: str, step: str
) -> PlainTextResponse:
    """The log of the last run of `step` for `item`."""
    text = inspecting.log_of(parts_of(request).shop, found, item, step)
    if not text:
        raise Refused("item.no-log", f"{step[:40]!r} kept no log of {item}")
    return PlainTextResponse(text.encode("utf-8", "backslashreplace"))


def item_told(item: PlannedItem, state: ItemState) -> dict[str, Any]:
    """An item as plain data."""
    planned = ("src", "dst", "lane", "status", "stage", "critical", "files", "edits")
    return {**asdict(state), **{name: getattr(item, name) for name in planned}}
