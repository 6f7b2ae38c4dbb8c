"""Agents and claims: who works here, what became of it by journal and git, and who holds what now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.agents.standing import Standing, standing
from laneshift.errors import LaneshiftError
from laneshift.repo.objects import Tree
from laneshift.reports.agents.data import data
from laneshift.runs.workshop import Workshop
from laneshift.server.agents_asked import made
from laneshift.server.auth.principal import Principal
from laneshift.server.computing import of_tip
from laneshift.server.guard import Guard, parts_of
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute
from laneshift.server.parts import Parts

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/agents", response_model=None)
def agents(request: Request, _: Annotated[Principal, Depends(Guard("claim.read"))]) -> Response:
    """Everybody who took or landed something, and the items that are being worked on."""
    parts = parts_of(request)
    found = of_tip(parts, "page-agents", _agents)[1]
    plans = [each.id for each in parts.plans.newest()]
    claims = [claim for plan in plans for claim in _claims(parts, plan)]
    packs, unread = _packs(parts, plans)
    told = {"report": found["report"], "error": found["error"], "claims": claims}
    return page(request, "agents.html", **told, packs=packs, unread=unread)


def _packs(parts: Parts, plans: list[str]) -> tuple[list[Standing], LaneshiftError | None]:
    """Where the packs of these plans stand, as far as any were made; or why that cannot be read."""
    try:
        held = parts.claims().all()
        found = [standing(parts.shop, held, None, plan) for plan in plans]
    except LaneshiftError as error:
        return [], error
    return [each for each in found if each.packs or each.claims or each.submissions], None


def _agents(shop: Workshop, _: Tree) -> dict[str, Any]:
    try:
        return {"report": data(made(shop, "")), "error": None}
    except LaneshiftError as error:
        return {"report": None, "error": error}


def _claims(parts: Parts, name: str) -> Iterator[dict[str, Any]]:
    """Items that somebody works on, each with the record that says since when."""
    plan = parts.plans.load(name)
    state = parts.states.of(plan)
    running = set(state.in_state("running"))
    if not running:
        return
    records = parts.shop.journal.records(kind="item.claimed", prefix=f"{plan.id}/")
    last = {str(record.facts["item"]): record for record in records}
    for item in sorted(running & last.keys()):
        record = last[item]
        yield {"plan": plan, "item": item, "at": record.at, "by": record.actor, "step": state.items[item].step}
