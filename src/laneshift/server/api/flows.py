"""Flows: what there is to run, and asking for a run. A worker performs it: `laneshift worker --flows`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.flows.schedules import after
from laneshift.runs.flowing.library import Found
from laneshift.runs.flowing.records import start
from laneshift.server.answers import answer
from laneshift.server.api.flow_runs import FlowRunTold
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.flow_shelf import FlowGuard, every, library
from laneshift.server.guard import Guard, parts_of, somebody
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit

router = APIRouter(tags=["flows"])
_LIST = "flows"
_MOST_INPUTS = 100


class ScheduleTold(BaseModel):
    """When a flow starts by itself. `next` is its next time in UTC, if the repository itself defines the flow."""

    cron: str
    zone: str
    policy: str
    most: int
    next: str | None


class FlowTold(BaseModel):
    """A flow. `where` is the path of its definition, or `shipped`; `error` is why it cannot be run."""

    name: str
    where: str
    description: str
    schedule: ScheduleTold | None
    error: dict[str, Any] | None


class FlowWhole(FlowTold):
    """With its definition, as canonical JSON has it, and the digest that a run pins."""

    definition: dict[str, Any] | None
    digest: str | None


class Flows(BaseModel):
    """One page, by name."""

    items: list[FlowTold]
    next: str | None


class RunAsked(BaseModel):
    """A run with these inputs; the others are as by default."""

    model_config = ConfigDict(extra="forbid", strict=True)
    inputs: dict[str, Any] = Field(default={}, max_length=_MOST_INPUTS)


@router.get("/flows", response_model=Flows, responses=UNCHANGED, summary="Every flow")
def listed(
    request: Request,
    _: Annotated[Principal, Depends(Guard("flow.read"))],
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """The flows of the branch that batches land on, and those that laneshift ships."""
    behind = position_in(cursor, _LIST, str)
    found = [each for each in every(parts_of(request)) if behind is None or each.name > behind]
    taken, then = page(found, _LIST, limit, lambda each: each.name)
    return answer(request, paged([flow_told(each) for each in taken], then))


@router.get("/flows/{flow}", response_model=FlowWhole, responses=UNCHANGED, summary="One flow")
def one(request: Request, found: Annotated[Found, Depends(FlowGuard("flow.read"))]) -> Response:
    """What it is, step by step."""
    whole: dict[str, Any] = {"definition": None, "digest": None}
    if found.flow is not None:
        whole = {"definition": found.flow.as_json(), "digest": found.flow.digest}
    return answer(request, {**flow_told(found), **whole})


@router.post("/flows/{flow}/runs", response_model=FlowRunTold, status_code=202, summary="Ask for a run of a flow")
def run(request: Request, found: Annotated[Found, Depends(FlowGuard("flow.run"))], asked: RunAsked) -> Response:
    """Have it run. What it is now is pinned; an `Idempotency-Key` makes sure that it runs once."""
    if found.error is not None:
        raise found.error
    parts, principal = parts_of(request), somebody(request)
    own = library(parts)
    flows = own.with_parts(own.get(found.name))
    made = start(parts.shop, flows, found.name, asked.inputs, principal.id, via=principal.via)
    return JSONResponse(parts.flows.of(made.id).as_json(), 202, {"Location": f"/api/v1/flow-runs/{made.id}"})


def flow_told(found: Found) -> dict[str, Any]:
    """A definition as it is told."""
    return {
        "name": found.name,
        "where": found.where,
        "description": found.flow.description if found.flow is not None else "",
        "schedule": schedule_told(found),
        "error": found.error.as_dict() if found.error is not None else None,
    }


def schedule_told(found: Found) -> dict[str, Any] | None:
    """When it starts by itself; what laneshift ships does so only as a definition of the repository's own."""
    schedule = found.flow.schedule if found.flow is not None else None
    if schedule is None:
        return None
    comes = after(schedule, datetime.now(UTC)) if found.where != "shipped" else None
    return {
        "cron": schedule.cron,
        "zone": schedule.zone,
        "policy": schedule.policy,
        "most": schedule.most,
        "next": comes.isoformat() if comes is not None else None,
    }
