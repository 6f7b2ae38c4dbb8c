"""Reports: computed from the tip of the branch that batches land on, and kept until it moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import Refused
from laneshift.repo.objects import Tree
from laneshift.reports import slsa
from laneshift.reports.star_data import data as stars_data
from laneshift.reports.star_looking import look
from laneshift.runs.capacity import landed_lately
from laneshift.runs.key_ring import pinned
from laneshift.runs.matrix_audit import audit_matrix
from laneshift.runs.workshop import Workshop
from laneshift.server.answers import answer
from laneshift.server.auth.principal import Principal
from laneshift.server.computing import of_tip
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import UNCHANGED
from laneshift.server.parts import Parts

router = APIRouter(tags=["reports"])


class Names(BaseModel):
    """The reports that there are."""

    items: list[str]


class ReportTold(BaseModel):
    """One report. `tree` is the id of the tree that it is about."""

    name: str
    tree: str
    report: dict[str, Any]


def _slsa(shop: Workshop, tree: Tree) -> dict[str, Any]:
    modules = [
        slsa.Module(each.path, each.attested, not each.why, each.why, each.key)
        for each in audit_matrix(pinned(shop, tree), tree)
    ]
    return slsa.data(slsa.report(tree.oid, modules, shop.settings(tree).attestations.threshold))


def _stars(shop: Workshop, tree: Tree) -> dict[str, Any]:
    daily = shop.settings(tree).ceilings.per_day
    return stars_data(look(tree, shop.index, landed_lately(shop) if daily else 0))


REPORTS: dict[str, Callable[[Workshop, Tree], dict[str, Any]]] = {"slsa": _slsa, "stars": _stars}
"""What can be computed from a tree and the journal alone, by name."""


@router.get("/reports", response_model=Names, responses=UNCHANGED, summary="Which reports there are")
def reports(request: Request, _: Annotated[Principal, Depends(Guard("report.read"))]) -> Response:
    """Their names."""
    return answer(request, {"items": sorted(REPORTS)})


@router.get("/reports/{name}", response_model=ReportTold, responses=UNCHANGED, summary="One report")
def report(request: Request, _: Annotated[Principal, Depends(Guard("report.read"))], name: str) -> Response:
    """The report, of the tip of the branch that batches land on."""
    tree, told = report_of(parts_of(request), name)
    return answer(request, {"name": name, "tree": tree.oid, "report": told})


def report_of(parts: Parts, name: str) -> tuple[Tree, dict[str, Any]]:
    """The tree that a report is about, and the report. Raises `Refused` (`report.unknown`), and as `of_tip` does."""
    compute = REPORTS.get(name)
    if compute is None:
        raise Refused("report.unknown", f"no report is called {name[:40]!r}", why=f"there are {', '.join(REPORTS)}")
    return of_tip(parts, name, compute)
