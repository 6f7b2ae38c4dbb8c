"""`/metrics`: everything that is measured of the work, for Prometheus."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from laneshift.errors import Refused, install
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of

router = APIRouter(tags=["server"])
_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"description": "Metrics in the text format of Prometheus."}},
    summary="What is measured",
)
def metrics(request: Request, _: Annotated[Principal, Depends(Guard("metrics.read"))]) -> Response:
    """The catalogue of docs/monitoring.md, as it is now. A scraper has an access key with the role reader."""
    exposition = parts_of(request).metrics
    if exposition is None:
        cure = install("monitoring")
        raise Refused("metrics.none", "nothing here can write metrics down", cure=cure)
    return Response(exposition(), media_type=_FORMAT)
