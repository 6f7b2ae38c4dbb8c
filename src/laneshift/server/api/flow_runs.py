"""Runs of flows: where they are, what happened, and what can be told them. All of it is in the journal."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from laneshift.runs.flowing import keys, records
from laneshift.runs.flowing.state import Run
from laneshift.server.answers import answer
from laneshift.server.api.journal import record_told
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.subjects import flow_resource
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.flow_shelf import FlowRunGuard, is_approval, pinned
from laneshift.server.guard import Guard, allowed, parts_of, somebody
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit
from laneshift.server.parts import Parts

router = APIRouter(tags=["flows"])
_LIST, _HISTORY = "flow-runs", "flow-history"
_NAME = r"^[a-z][a-z0-9_-]{0,47}$"
STANDINGS = ("asked", "working", "waiting", "undoing", "done", "failed", "cancelled", "timed-out")


class FlowRunTold(BaseModel):
    """A run of a flow. Times are unix milliseconds; `steps` have the values of those that are done."""

    id: str
    flow: str
    digest: str
    state: str = Field(examples=[*STANDINGS])
    attempt: int
    inputs: dict[str, Any]
    by: str
    parent: str | None
    at: int
    began: int | None
    ended: int | None
    code: str | None
    what: str | None
    cancelled_by: str | None
    steps: list[dict[str, Any]]
    signals: list[dict[str, Any]]


class FlowRuns(BaseModel):
    """One page, the last asked for first; their steps are told by each run."""

    items: list[FlowRunTold]
    next: str | None


class History(BaseModel):
    """One page of records of a run, oldest first."""

    items: list[dict[str, Any]]
    next: str | None


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SignalGiven(_Body):
    """A signal by its name. One with an `id` that was given before changes nothing."""

    name: str = Field(pattern=_NAME, examples=["approve"])
    value: Any = None
    id: str = Field(default="", max_length=100)


class RetryAsked(_Body):
    """Another attempt. What is done is kept, but for `from_step` and what comes after it."""

    from_step: str = Field(default="", max_length=48)


@router.get("/flow-runs", response_model=FlowRuns, responses=UNCHANGED, summary="Runs of flows")
def listed(
    request: Request,
    _: Annotated[Principal, Depends(Guard("flow.read"))],
    flow: Annotated[str, Query(max_length=48)] = "",
    state: Annotated[str, Query(pattern=f"^({'|'.join(STANDINGS)})?$")] = "",
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """Every run that somebody asked for, or those of one flow, or in one state."""
    before = position_in(cursor, _LIST, str)
    taken, then = page(wanted(parts_of(request), flow, state, before), _LIST, limit, position_of)
    return answer(request, paged([each.as_json() for each in taken], then))


@router.get("/flow-runs/{run}", response_model=FlowRunTold, responses=UNCHANGED, summary="One run of a flow")
def one(request: Request, found: Annotated[Run, Depends(FlowRunGuard("flow.read"))]) -> Response:
    """Where it is, step by step."""
    return answer(request, found.as_json())


@router.get("/flow-runs/{run}/history", response_model=History, responses=UNCHANGED, summary="What happened in a run")
def history(
    request: Request,
    found: Annotated[Run, Depends(FlowRunGuard("flow.read"))],
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """Its records: every attempt of every step, signals, and who asked for what."""
    behind = position_in(cursor, _HISTORY, int) or 0
    journal = parts_of(request).shop.journal
    some = journal.records(prefix=keys.of(found.id, ""), after=behind, limit=limit + 1)
    taken, then = page(some, _HISTORY, limit, lambda record: record.seq)
    return answer(request, paged([record_told(each) for each in taken], then))


@router.post("/flow-runs/{run}/signals", response_model=FlowRunTold, summary="Give a run a signal")
def signal(request: Request, found: Annotated[Run, Depends(FlowRunGuard("flow.read"))], given: SignalGiven) -> Response:
    """Tell it something, also before it waits for that. It takes `flow.signal`, or what an approval waits for,
    `plan.approve`.
    """
    approves = is_approval(parts_of(request), found, given.name)
    allowed(request, "plan.approve" if approves else "flow.signal", flow_resource(found.flow))
    shop, by = parts_of(request).shop, somebody(request).id
    records.signal(shop, found.id, given.name, given.value, by, id_=given.id)
    return _told(request, found)


@router.post("/flow-runs/{run}/cancellation", response_model=FlowRunTold, summary="Have a run end")
def cancellation(request: Request, found: Annotated[Run, Depends(FlowRunGuard("flow.cancel"))]) -> Response:
    """What waits ends at once, what is at work is asked to stop, and what was done is taken back where it can be."""
    records.cancel(parts_of(request).shop, found.id, somebody(request).id)
    return _told(request, found)


@router.post("/flow-runs/{run}/retries", response_model=FlowRunTold, status_code=202, summary="Have a run tried again")
def retry(request: Request, found: Annotated[Run, Depends(FlowRunGuard("flow.retry"))], asked: RetryAsked) -> Response:
    """Go on with a run that did not end well, by the definition that it pins."""
    parts, by = parts_of(request), somebody(request).id
    records.retry(parts.shop, pinned(parts, found), found.id, by, from_step=asked.from_step)
    return _told(request, found, 202)


def wanted(parts: Parts, flow: str, state: str, before: str | None = None) -> list[Run]:
    """The runs that were asked for by themselves, the last first, from behind the position `before` on."""
    found = [
        run
        for run in parts.flows.all()
        if not run.parent and (not flow or run.flow == flow) and (not state or run.standing == state)
    ]
    ordered = sorted(found, key=position_of, reverse=True)
    return ordered if before is None else [run for run in ordered if position_of(run) < before]


def position_of(run: Run) -> str:
    """Where a run stands among all."""
    return f"{run.at:015d}.{run.id}"


def _told(request: Request, found: Run, status: int = 200) -> Response:
    return JSONResponse(parts_of(request).flows.of(found.id).as_json(), status)
