"""Traces: what answers were made of, one of them as a graph, and how the nodes fare."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.reports.trace_drawing import svg_of
from laneshift.server.api.traces import engine_of
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page as page_of
from laneshift.server.cursors import paged, position_in
from laneshift.server.guard import Guard
from laneshift.server.listing import After
from laneshift.server.pages.rendering import chart, page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_LIST = "page-traces"
_ROWS = 50


@router.get("/traces", response_model=None)
def traces(request: Request, _: Annotated[Principal, Depends(Guard("trace.read"))], cursor: After = "") -> Response:
    """The last runs, and the health of every node."""
    engine = engine_of(request)
    found = engine.traces.newest(_ROWS + 1, position_in(cursor, _LIST, int))
    taken, then = page_of(found, _LIST, _ROWS, lambda each: each[0])
    listed = paged([trace for _, trace in taken], then)
    return page(request, "traces.html", nodes=engine.told(), cursor=cursor, **listed)


@router.get("/traces/{trace}", response_model=None)
def one(request: Request, _: Annotated[Principal, Depends(Guard("trace.read"))], trace: str) -> Response:
    """One run: its graph, and what every node gave."""
    found = engine_of(request).traces.get(trace)
    return page(request, "trace.html", trace=found, drawing=chart(svg_of(found)))
