"""Reports: which there are, and one of them with every value that it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.server.api.reports import REPORTS, report_of
from laneshift.server.auth.principal import Principal
from laneshift.server.guard import Guard, parts_of
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_FILES = ("audit", "bench", "coverage", "health", "index", "openapi", "sbom")
"""Those that need files or tools besides the repository, so the command line makes them."""


@router.get("/reports", response_model=None)
def reports(request: Request, _: Annotated[Principal, Depends(Guard("report.read"))]) -> Response:
    """Their names."""
    return page(request, "reports.html", names=sorted(REPORTS), files=_FILES)


@router.get("/reports/{name}", response_model=None)
def report(request: Request, _: Annotated[Principal, Depends(Guard("report.read"))], name: str) -> Response:
    """One report of the tip of the branch that batches land on."""
    tree, found = report_of(parts_of(request), name)
    plain, tables, rest = parted(found)
    return page(request, "report.html", name=name, tree=tree.oid, plain=plain, tables=tables, rest=rest)


def parted(report: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]], dict[str, Any]]:
    """The single values of a report, its lists of things that have fields, and everything else. Pure."""
    plain = {name: value for name, value in report.items() if not isinstance(value, (list, dict))}
    tables = {
        name: value
        for name, value in report.items()
        if isinstance(value, list) and value and all(isinstance(each, dict) and each for each in value)
    }
    rest = {name: value for name, value in report.items() if name not in plain and name not in tables and value}
    return plain, tables, rest
