"""Traces: what every node did for an answer, and how the nodes fare."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from laneshift.matriz.engine import Engine
from laneshift.matriz.trace import Trace
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit

router = APIRouter(tags=["matriz"])
_LIST = "traces"
_ENDS = "done, failed, cut, refused, unfed, not needed or cancelled"


class Summary(BaseModel):
    """One run. `at` is in unix seconds, `duration` in seconds; `asked` is the digest of the question."""

    id: str
    trace_id: str
    parent: str
    graph: str
    asked: str
    at: float
    ended: str = Field(description=_ENDS)
    partial: bool
    why: list[str]
    duration: float


class Summaries(BaseModel):
    """One page, the last first."""

    items: list[Summary]
    next: str | None


class RecordTold(BaseModel):
    """One call of a node, or why there was none. `id` and `parents` are those of spans; times are in seconds."""

    id: str
    step: str
    node: str
    kind: str
    stage: str
    inputs: str
    outputs: dict[str, Any] | None
    confidence: float | None
    reasons: list[str]
    parents: list[str]
    ended: str = Field(description=_ENDS)
    why: str
    instead: bool
    began: float
    duration: float


class TraceTold(Summary):
    """All of a run; `answer` is the step whose output is the answer."""

    sampled: bool
    seed: int
    answer: str
    traceparent: str
    records: list[RecordTold]


class NodeTold(BaseModel):
    """A node. `cost` and `p95` are in milliseconds, `timeout` and `wait` (until the next probe) in seconds.

    `success` and `p95` are over the last calls, null before there were any.
    """

    name: str
    kind: str
    takes: str
    gives: str
    cost: float
    timeout: float
    state: str = Field(examples=["closed", "open", "half-open"])
    wait: float
    calls: int
    failures: int
    success: float | None
    p95: float | None
    trouble: str
    hanging: int


class Threads(BaseModel):
    """At `most` so many threads, `each` of them for one node; how many there are `now`, and how many are `busy`."""

    most: int
    each: int
    now: int
    busy: int


class Nodes(BaseModel):
    """Every node of this process, by name. `traces_lost` counts traces that could not be kept."""

    items: list[NodeTold]
    threads: Threads
    traces_lost: int


@router.get("/traces", response_model=Summaries, responses=UNCHANGED, summary="What answers were made of")
def traces(
    request: Request,
    _: Annotated[Principal, Depends(Guard("trace.read"))],
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """Every run whose trace is still kept."""
    before = position_in(cursor, _LIST, int)
    found = engine_of(request).traces.newest(limit + 1, before)
    taken, then = page(found, _LIST, limit, lambda each: each[0])
    return answer(request, paged([summary(trace) for _, trace in taken], then))


@router.get("/traces/{trace}", response_model=TraceTold, responses=UNCHANGED, summary="What one answer was made of")
def one(request: Request, _: Annotated[Principal, Depends(Guard("trace.read"))], trace: str) -> Response:
    """What became of every step, with what each node gave and why."""
    return answer(request, engine_of(request).traces.get(trace).as_json())


@router.get("/matriz/nodes", response_model=Nodes, summary="How the nodes fare")
def nodes(request: Request, _: Annotated[Principal, Depends(Guard("trace.read"))]) -> Nodes:
    """Every node of the process that answers this, since it started."""
    return Nodes.model_validate(engine_of(request).told())


def engine_of(request: Request) -> Engine:
    """The engine of this server."""
    return parts_of(request).engine


def summary(trace: Trace) -> dict[str, Any]:
    """A trace without its records."""
    told = trace.as_json()
    return {name: told[name] for name in Summary.model_fields}
