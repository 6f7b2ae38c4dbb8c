"""The journal: what happened, the last of it first, and whether the chain of its records is whole."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page as page_of
from laneshift.server.cursors import position_in
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import After
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute
from laneshift.server.pages.verification import verified

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_LIST = "journal-before"
_ROWS = 100
_Label = Annotated[str, Query(max_length=512)]


@router.get("/journal", response_model=None)
def journal(
    request: Request,
    _: Annotated[Principal, Depends(Guard("journal.read"))],
    kind: _Label = "",
    prefix: _Label = "",
    cursor: After = "",
) -> Response:
    """The records of one kind, or with keys that begin with `prefix`; a page of them at a time."""
    parts = parts_of(request)
    before = position_in(cursor, _LIST, int)
    found = _window(parts.shop.journal, kind, prefix, before)
    taken, then = page_of(found, _LIST, _ROWS, lambda record: record.seq)
    verification, end = verified(parts), parts.shop.journal.checkpoint()
    values: dict[str, Any] = {"records": taken, "next": then, "kind": kind, "prefix": prefix, "cursor": cursor}
    return page(request, "journal.html", **values, verification=verification, checkpoint=end)


def _window(kept: JournalPort, kind: str, prefix: str, before: int | None) -> list[Record]:
    """The last records before number `before`, newest first: one more than a page has, where there is one."""
    if kind or prefix:
        every = kept.records(kind=kind or None, prefix=prefix or None)
        found = [record for record in every if before is None or record.seq < before]
    else:
        tip = kept.tip()
        end = before if before is not None else (tip.seq if tip is not None else 0) + 1
        found = [record for record in kept.records(after=max(end - _ROWS - 2, 0), limit=_ROWS + 1) if record.seq < end]
    return found[-_ROWS - 1 :][::-1]
