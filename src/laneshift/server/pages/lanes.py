"""Lanes: who may import whom, what breaks that, and whether the list of known violations shrinks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import LaneshiftError
from laneshift.repo.objects import Tree
from laneshift.reports.chart_lines import lines as lines_chart
from laneshift.reports.svg import Series
from laneshift.runs.lane_check import check, lanes_of, settings_of
from laneshift.runs.workshop import Workshop
from laneshift.server.auth.principal import Principal
from laneshift.server.computing import of_tip
from laneshift.server.guard import Guard, parts_of
from laneshift.server.pages.lane_graph import drawn
from laneshift.server.pages.ratchet_trend import Length, lengths
from laneshift.server.pages.rendering import chart, page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/lanes", response_model=None)
def lanes(request: Request, _: Annotated[Principal, Depends(Guard("lane.read"))]) -> Response:
    """The lanes of the tip of the branch that batches land on."""
    parts = parts_of(request)
    tree, found = of_tip(parts, "page-lanes", _looked)
    listed = lanes_of(settings_of(tree), tree).lanes
    report = found["report"]
    crossings = (*report.judgement.new, *report.judgement.known) if report is not None else ()
    broken = Counter((each.from_lane, each.to_lane) for each in crossings)
    trend = lengths(parts.shop.repository, parts.policy.tip(), settings_of(tree).lanes_baseline)
    values: dict[str, Any] = {
        "tree": tree.oid,
        "lanes": listed,
        "report": report,
        "error": found["error"],
        "graph": drawn(listed, broken),
        "broken": broken,
        "trend": chart(_trend(trend)) if trend else "",
    }
    return page(request, "lanes.html", **values)


def _looked(shop: Workshop, tree: Tree) -> dict[str, Any]:
    today = dt.datetime.fromtimestamp(shop.now(), dt.UTC).date()
    try:
        return {"report": check(shop.index, tree, None, tree, today), "error": None}
    except LaneshiftError as error:
        return {"report": None, "error": error}


def _trend(found: list[Length]) -> str:
    words = f"From {found[0].known} to {found[-1].known} known violations in {len(found)} versions of the list."
    series = [Series("known violations", tuple(float(each.known) for each in found))]
    return lines_chart("The ratchet", words, [each.day for each in found], series)
