"""`/healthz` and `/readyz`: whether the process lives, and whether what it needs works. Nothing else is told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

from laneshift.errors import LaneshiftError
from laneshift.server.guard import Everybody, parts_of
from laneshift.server.parts import Probe

router = APIRouter(tags=["server"])
_LOG = logging.getLogger("laneshift.server")

_OPEN = [Depends(Everybody("whoever restarts servers has no credential, and one word each is told"))]

Standing = Literal["ok", "failed"]


class Health(BaseModel):
    """That the process answers."""

    status: Literal["ok"]


class Readiness(BaseModel):
    """Whether requests can be answered, and how each thing that they need stands."""

    ready: bool
    checks: dict[str, Standing]


@router.get("/healthz", dependencies=_OPEN, response_model=Health, summary="Whether the process answers")
async def healthz() -> Health:
    """Looks at nothing else, so that a database that is gone does not have the process restarted."""
    return Health(status="ok")


@router.get(
    "/readyz",
    dependencies=_OPEN,
    response_model=Readiness,
    responses={503: {"model": Readiness, "description": "Something that is needed does not work."}},
    summary="Whether what it needs works",
)
def readyz(request: Request) -> JSONResponse:
    """Looks at the database, git, the policies, and whatever else was set up. Why something failed is in the log."""
    checks = {name: _standing(name, probe) for name, probe in probes_of(request).items()}
    ready = all(standing == "ok" for standing in checks.values())
    return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503)


def probes_of(request: Request) -> Mapping[str, Probe]:
    """What `/readyz` looks at."""
    return parts_of(request).probes


def _standing(name: str, probe: Probe) -> Standing:
    try:
        probe()
    except (LaneshiftError, OSError) as error:
        _LOG.warning("not ready: %s: %s", name, error)
        return "failed"
    return "ok"
