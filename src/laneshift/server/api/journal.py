"""The journal: what happened, record by record, and whether its chain is whole."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from laneshift.evidence.records import Record
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page, paged, position_in
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import SIZE, UNCHANGED, After, Limit

router = APIRouter(tags=["journal"])
_LIST = "journal"
_Label = Annotated[str, Query(max_length=512)]


class RecordTold(BaseModel):
    """One record. `at` is in unix milliseconds; `digest` covers all of it and the record before."""

    seq: int
    key: str
    kind: str
    at: int
    actor: str
    tool: str
    facts: dict[str, Any]
    previous: str
    previous_key: str
    digest: str


class Records(BaseModel):
    """One page, oldest first."""

    items: list[RecordTold]
    next: str | None


class Check(BaseModel):
    """Whether the chain is whole, as it was read a moment ago, and how it ends."""

    whole: bool
    findings: list[str]
    origin: str
    records: int
    digest: str


@router.get("/journal", response_model=Records, responses=UNCHANGED, summary="What happened")
def journal(
    request: Request,
    _: Annotated[Principal, Depends(Guard("journal.read"))],
    kind: _Label = "",
    prefix: _Label = "",
    cursor: After = "",
    limit: Limit = SIZE,
) -> Response:
    """The records in order; those of one kind, or with keys that begin with `prefix`, such as the id of a plan."""
    after = position_in(cursor, _LIST, int)
    found = parts_of(request).shop.journal.records(
        kind=kind or None, prefix=prefix or None, after=after or 0, limit=limit + 1
    )
    taken, then = page(found, _LIST, limit, lambda record: record.seq)
    return answer(request, paged([record_told(record) for record in taken], then))


@router.get("/journal/check", response_model=Check, responses=UNCHANGED, summary="Whether the journal is whole")
def check(request: Request, _: Annotated[Principal, Depends(Guard("journal.read"))]) -> Response:
    """Reads all of it. `laneshift verify` holds it against its seals and computes the landings again besides."""
    kept = parts_of(request).shop.journal
    findings, end = kept.check(), kept.checkpoint()
    told = {
        "whole": not findings,
        "findings": [str(finding) for finding in findings],
        "origin": end.origin,
        "records": end.size,
        "digest": end.tip,
    }
    return answer(request, told)


def record_told(record: Record) -> dict[str, Any]:
    """A record as plain data."""
    return {
        "seq": record.seq,
        "key": record.key,
        "kind": record.kind,
        "at": record.at,
        "actor": record.actor,
        "tool": record.tool,
        "facts": dict(record.facts),
        "previous": record.previous,
        "previous_key": record.previous_key,
        "digest": record.digest,
    }
