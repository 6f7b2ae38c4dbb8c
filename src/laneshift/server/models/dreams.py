"""`/v1/dreams`: what would happen if these items were landed. Asked for, then looked at until it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import Refused
from laneshift.runs.dreaming.asking import (
    MOST_DEPTH,
    MOST_ITEMS,
    MOST_PATHS,
    MOST_QUESTION,
    MOST_SEED,
    USUAL_DEPTH,
    USUAL_PATHS,
    asked_of,
)
from laneshift.runs.dreaming.jobs import Job
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import UNCHANGED

router = APIRouter(tags=["dreams"])
_LARGEST_PAGE, _USUAL_PAGE = 100, 20
_Names = Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=MOST_ITEMS)]
_Item = dict[str, Any]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class ConstraintsAsked(_Body):
    """What every path obeys, by the ids of items: these alone, without these, these first, these last."""

    only: _Names = []
    without: _Names = []
    first: _Names = []
    last: _Names = []
    max_risk: Literal["low", "medium", "high"] = "high"


class DreamAsked(_Body):
    """A scenario: items as a batch file has them, or a question such as "what if labs.a moved to core?"."""

    scenario: (
        Annotated[list[_Item], Field(min_length=1, max_length=MOST_ITEMS)]
        | Annotated[str, Field(min_length=1, max_length=MOST_QUESTION)]
    )
    num_paths: Annotated[int, Field(ge=1, le=MOST_PATHS)] = USUAL_PATHS
    depth: Annotated[int, Field(ge=1, le=MOST_DEPTH)] = USUAL_DEPTH
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] = 0
    constraints: ConstraintsAsked = Field(default_factory=ConstraintsAsked)


class DreamTold(BaseModel):
    """A dream. Times are unix seconds, `expansions` tells how far it is; `result` is there when it completed.

    A list leaves `result` out.
    """

    id: str
    object: Literal["dream"] = "dream"
    status: Literal["queued", "in_progress", "completed", "failed", "cancelled"]
    created_at: int
    ended_at: int | None
    by: str
    request: dict[str, Any]
    expansions: int
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class DreamsTold(BaseModel):
    """One page, newest first."""

    object: Literal["list"] = "list"
    data: list[DreamTold]
    first_id: str | None
    last_id: str | None
    has_more: bool


@router.post("/dreams", response_model=DreamTold, status_code=202, summary="Dream of a landing")
def start(
    request: Request, principal: Annotated[Principal, Depends(Guard("dream.create"))], given: DreamAsked
) -> Response:
    """Have it dreamt on the branch that batches land on. Nothing is run, and nothing of the repository changes."""
    parts = parts_of(request)
    plain = given.model_dump(exclude_unset=True)
    asked = asked_of({"scenario": given.scenario, **plain}, "dream")
    job = parts.dreams.start(asked, plain, parts.policy.tip(), principal.id)
    return _sent(job, 202, {"Location": f"/v1/dreams/{job.id}"})


@router.get("/dreams", response_model=DreamsTold, responses=UNCHANGED, summary="Dreams")
def listed(
    request: Request,
    _: Annotated[Principal, Depends(Guard("dream.read"))],
    limit: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = _USUAL_PAGE,
    after: Annotated[str, Query(max_length=100, description="The id of the last dream of the page before.")] = "",
) -> Response:
    """Those that are known, newest first, without their results."""
    found = parts_of(request).dreams.all()
    if after:
        at = next((number for number, job in enumerate(found) if job.id == after), None)
        if at is None:
            raise Refused("dream.no-such-dream", "there is no such dream", where="after")
        found = found[at + 1 :]
    page = [{**_told(job), "result": None} for job in found[:limit]]
    ends = {"first_id": page[0]["id"] if page else None, "last_id": page[-1]["id"] if page else None}
    return answer(request, {"object": "list", "data": page, **ends, "has_more": len(found) > limit})


@router.get("/dreams/{dream}", response_model=DreamTold, responses=UNCHANGED, summary="One dream")
def told(request: Request, _: Annotated[Principal, Depends(Guard("dream.read"))], dream: str) -> Response:
    """How far it is, and what it came to."""
    return answer(request, _told(parts_of(request).dreams.get(dream)))


@router.post("/dreams/{dream}/cancel", response_model=DreamTold, summary="Cancel a dream")
def cancel(request: Request, _: Annotated[Principal, Depends(Guard("dream.create"))], dream: str) -> Response:
    """Have it end before its next expansion."""
    return _sent(parts_of(request).dreams.cancel(dream), 200, {})


def _sent(job: Job, status: int, headers: Mapping[str, str]) -> Response:
    """A job, in ASCII: what was asked may hold text that no other encoding takes."""
    return Response(json.dumps(_told(job)), status, headers, "application/json")


def _told(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "object": "dream",
        "status": job.status,
        "created_at": job.created,
        "ended_at": job.ended,
        "by": job.by,
        "request": dict(job.asked),
        "expansions": job.expansions,
        "result": job.result,
        "error": job.error,
    }
