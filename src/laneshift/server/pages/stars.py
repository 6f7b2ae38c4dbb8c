"""The constellation: how many modules each star has, and which ones should have another."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.reports.charts import bars, stacked
from laneshift.reports.svg import Series
from laneshift.server.api.reports import report_of
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.pages.rendering import chart, page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/stars", response_model=None)
def stars(request: Request, _: Annotated[Principal, Depends(Guard("report.read"))]) -> Response:
    """The report about stars, of the tip of the branch that batches land on."""
    tree, report = report_of(parts_of(request), "stars")
    return page(request, "stars.html", tree=tree.oid, report=report, charts=[chart(each) for each in _charts(report)])


def _charts(report: dict[str, Any]) -> list[str]:
    before, after = report["distribution"]["before"], report["distribution"]["after"]
    if not sum(before.values()):
        return []
    names = [*before]
    words = ", ".join(f"{name} {before[name]} then {after[name]}" for name in names)
    both = [
        Series(when, tuple(float(found[name]) for name in names))
        for when, found in (("before", before), ("after", after))
    ]
    parts = [Series(name, (float(before[name]), float(after[name]))) for name in names if before[name] or after[name]]
    return [
        bars("Modules of each star", f"Before and after the promotions: {words}.", names, both),
        stacked("Shares of the stars", f"Before and after the promotions: {words}.", ["before", "after"], parts),
    ]
