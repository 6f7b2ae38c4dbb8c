"""Requests for work: written down here, taken by a worker. So a server never waits for tests, and never loses one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, Response

from laneshift.runs.plan import Plan
from laneshift.runs.requesting import Request, Verb, ask, find, requests, withdraw
from laneshift.server.answers import answer
from laneshift.server.auth.policies import REPOSITORY
from laneshift.server.auth.principal import Principal
from laneshift.server.auth.subjects import batch_resource
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.guard import Guard, Guarding, PlanGuard, allowed, parts_of, somebody
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit

router = APIRouter(tags=["requests"])
_LIST = "requests"
_ITEM = Annotated[str, Field(max_length=1000)]
_ITEMS = Annotated[list[_ITEM], Field(max_length=10_000)]


class RequestTold(BaseModel):
    """A request. Times are unix milliseconds; `outcome` is what it came to, `error` why it failed."""

    id: str
    plan: str
    verb: Literal["canary", "run", "land", "ship", "rollback"]
    arguments: dict[str, Any]
    by: str
    standing: Literal["waiting", "working", "done", "failed", "withdrawn"]
    at: int
    taken: int | None
    ended: int | None
    outcome: dict[str, Any] | None
    error: dict[str, Any] | None


class Requests(BaseModel):
    """One page, oldest first."""

    items: list[RequestTold]
    next: str | None


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class CanaryAsked(_Body):
    """A canary. `size` is its share of the items, by default as the settings have it."""

    size: str | None = Field(default=None, pattern=r"^(0\.[0-9]{1,9}|1(\.0)?)$", examples=["0.10"])


class RunAsked(_Body):
    """A run, of all that waits or `only` of some items. `go_on` is the reason for which a person lifts a pause."""

    only: _ITEMS = []
    go_on: str = Field(default="", max_length=500)
    auto_approve: bool = False


class LandAsked(_Body):
    """A landing of what is ready, or `only` of some items; with `check` they are tested together and nothing lands."""

    only: _ITEMS = []
    check: bool = False
    auto_approve: bool = False


class ShipAsked(_Body):
    """A run and then a landing."""

    auto_approve: bool = False


class RollbackAsked(_Body):
    """The last landing taken back, or `only` some of its items."""

    only: _ITEMS = []


class RequestGuard(Guarding):
    """Lets through who may do `action` with the batch of the request that the path names. It gives the request."""

    def __call__(self, asked: Asked, request: str) -> Request:
        """Raises as `Guard` does, and `Refused` (`request.not-found`)."""
        somebody(asked)
        parts = parts_of(asked)
        plan = request.rpartition(".")[0]
        if plan not in parts.plans:
            allowed(asked, self.action, REPOSITORY)
            return find(parts.shop.journal, request)
        allowed(asked, self.action, batch_resource(parts.plans.load(plan)))
        return find(parts.shop.journal, request)


@router.get("/requests", response_model=Requests, responses=UNCHANGED, summary="Requests for work")
def listed(
    request: Asked,
    _: Annotated[Principal, Depends(Guard("request.read"))],
    plan: str = "",
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """Every request that was made, or those of the plan with the id `plan`."""
    after = position_in(cursor, _LIST, int)
    found = [each for each in requests(parts_of(request).shop.journal, plan) if after is None or each.seq > after]
    taken, then = page(found, _LIST, limit, lambda each: each.seq)
    return answer(request, paged([each.as_json() for each in taken], then))


@router.get("/requests/{request}", response_model=RequestTold, responses=UNCHANGED, summary="One request")
def one(asked: Asked, found: Annotated[Request, Depends(RequestGuard("request.read"))]) -> Response:
    """Whether it waits, is worked on, or has ended, and how."""
    return answer(asked, found.as_json())


@router.post("/requests/{request}/withdrawal", response_model=RequestTold, summary="Withdraw a request")
def withdrawn(asked: Asked, found: Annotated[Request, Depends(RequestGuard("request.withdraw"))]) -> Response:
    """Have it come to nothing, as long as no worker has begun with it."""
    return JSONResponse(withdraw(parts_of(asked).shop.journal, found, somebody(asked).id).as_json())


@router.post("/plans/{plan}/canaries", response_model=RequestTold, status_code=202, summary="Ask for a canary")
def canary(request: Asked, found: Annotated[Plan, Depends(PlanGuard("canary.start"))], asked: CanaryAsked) -> Response:
    """Have the sample go first, and be tested together; nothing lands."""
    return _asked(request, found, "canary", asked.model_dump())


@router.post("/plans/{plan}/runs", response_model=RequestTold, status_code=202, summary="Ask for a run")
def run(request: Asked, found: Annotated[Plan, Depends(PlanGuard("run.start"))], asked: RunAsked) -> Response:
    """Have every waiting item brought through the nine steps. Where people have to approve, they have to have."""
    return _asked(request, found, "run", asked.model_dump())


@router.post("/plans/{plan}/landings", response_model=RequestTold, status_code=202, summary="Ask for a landing")
def land(request: Asked, found: Annotated[Plan, Depends(PlanGuard("land.start"))], asked: LandAsked) -> Response:
    """Have what is ready tested together, culprits found, and the target moved in one swap."""
    return _asked(request, found, "land", asked.model_dump())


@router.post("/plans/{plan}/shipments", response_model=RequestTold, status_code=202, summary="Ask for run and landing")
def ship(request: Asked, found: Annotated[Plan, Depends(PlanGuard("ship.start"))], asked: ShipAsked) -> Response:
    """Have the plan run, then landed."""
    return _asked(request, found, "ship", asked.model_dump())


@router.post("/plans/{plan}/rollbacks", response_model=RequestTold, status_code=202, summary="Ask for a rollback")
def rollback(
    request: Asked, found: Annotated[Plan, Depends(PlanGuard("rollback.start"))], asked: RollbackAsked
) -> Response:
    """Have the last landing of the plan taken back, in one update of the target."""
    return _asked(request, found, "rollback", asked.model_dump())


def _asked(request: Asked, plan: Plan, verb: Verb, arguments: Mapping[str, Any]) -> Response:
    principal = somebody(request)
    made = ask(parts_of(request).shop.journal, plan, verb, arguments, principal.id, principal.via)
    return JSONResponse(made.as_json(), 202, {"Location": f"/api/v1/requests/{made.id}"})
