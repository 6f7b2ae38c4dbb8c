"""Trains: how long they are now and why, how each landing ended, its red tests and its culprits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan
from laneshift.runs.state_told import train_data
from laneshift.runs.train_cuts import train_sizes
from laneshift.runs.workshop import Workshop
from laneshift.server.answers import answer
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["trains"])


class Cut(BaseModel):
    """A train that was cut off what waited. `at` is in unix milliseconds."""

    train: str
    at: int
    facts: dict[str, Any]


class Landing(BaseModel):
    """One attempt to land. `outcome` is what it came to, None while it is under way."""

    landing: str
    at: int
    check: bool
    ended: int | None
    result: str
    outcome: dict[str, Any] | None


class Trains(BaseModel):
    """The trains of a plan. `size` is how long the next one would be, and why."""

    size: dict[str, Any] | None
    cuts: list[Cut]
    landings: list[Landing]


@router.get("/plans/{plan}/trains", response_model=Trains, responses=UNCHANGED, summary="The trains of a plan")
def trains(request: Request, found: Annotated[Plan, Depends(PlanGuard("train.read"))]) -> Response:
    """Every landing that was begun, with what became of it."""
    return answer(request, told(parts_of(request).shop, found))


def told(shop: Workshop, found: Plan) -> dict[str, Any]:
    """The trains of a plan, as plain data."""
    (size,) = train_sizes(shop, [found])
    prefix = f"{found.id}/"
    started = shop.journal.records(kind="land.started", prefix=prefix)
    ended = {record.key.rpartition("/")[0]: record for record in shop.journal.records(kind="land.ended", prefix=prefix)}
    return {
        "size": train_data(size),
        "cuts": _cuts(shop.journal.records(kind="train.cut", prefix=prefix)),
        "landings": [_landing(shop, record, ended.get(record.key.rpartition("/")[0])) for record in started],
    }


def _cuts(records: Sequence[Record]) -> list[dict[str, Any]]:
    return [{"train": record.key, "at": record.at, "facts": dict(record.facts)} for record in records]


def _landing(shop: Workshop, started: Record, ended: Record | None) -> dict[str, Any]:
    outcome = None
    if ended is not None and ended.facts.get("outcome"):
        outcome = json.loads(shop.store.get(ended.facts["outcome"]))
    return {
        "landing": started.key.rpartition("/")[0],
        "at": started.at,
        "check": bool(started.facts.get("check")),
        "ended": ended.at if ended is not None else None,
        "result": str(ended.facts.get("result", "")) if ended is not None else "",
        "outcome": outcome,
    }
