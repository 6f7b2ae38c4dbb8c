"""Trains: what landed together, which tests were red, whose fault it was, and how that was found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan
from laneshift.runs.workshop import Workshop
from laneshift.server.api.trains import told
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.pages.following import LANDINGS, ROLLBACKS, TRIALS, following
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_STAGES = frozenset({"land.combined", "land.looked", "suite.ran", "item.settled", "land.intended", "land.recorded"})


@router.get("/runs/{plan}/trains", response_model=None)
def trains(request: Request, found: Annotated[Plan, Depends(PlanGuard("train.read"))]) -> Response:
    """Every landing of the plan, the last first, with each of its trials."""
    shop = parts_of(request).shop
    follow = following(request, (*LANDINGS, *TRIALS, *ROLLBACKS, "item.settled"), found.id)
    known = told(shop, found)
    landings = [{**each, "trials": _trials(shop, each["landing"])} for each in reversed(known["landings"])]
    values: dict[str, Any] = {"size": known["size"], "cuts": known["cuts"], "landings": landings}
    return page(request, "trains.html", plan=found, follow=follow, **values)


def _trials(shop: Workshop, landing: str) -> list[dict[str, Any]]:
    return list(trials(shop.journal.records(prefix=f"{landing}/")))


def trials(records: Iterable[Record]) -> list[dict[str, Any]]:
    """What was tried, in its order: which items were combined, and what their tests said. Pure."""
    return [
        {"kind": record.kind, "at": record.at, "facts": dict(record.facts)}
        for record in records
        if record.kind in _STAGES
    ]
