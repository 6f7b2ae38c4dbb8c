"""One item: its nine steps with time and evidence, and what it edits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from laneshift.errors import LaneshiftError
from laneshift.evidence.records import Record
from laneshift.repo.commits import read_commit
from laneshift.repo.objects import Tree
from laneshift.runs import inspecting
from laneshift.runs.answering.batches import why
from laneshift.runs.fixing.attempts import attempts_at
from laneshift.runs.inspecting import StepReport
from laneshift.runs.plan import Plan
from laneshift.runs.selection_record import misses
from laneshift.runs.state import BatchState, ItemState
from laneshift.runs.workshop import Workshop
from laneshift.server.guard import PlanGuard, parts_of
from laneshift.server.pages.following import ITEM_STEPS, ITEMS, LANDINGS, ROLLBACKS, following
from laneshift.server.pages.rendering import page
from laneshift.server.pages.route import PageRoute
from laneshift.server.pages.tree_edits import edits_between
from laneshift.steps.order import STEPS

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step as it went last. `report` is None for one that has not ended; `took` is in milliseconds, None for unknown.

    `times` counts how often it ended.
    """

    name: str
    status: str
    report: StepReport | None
    took: int | None
    times: int


@router.get("/runs/{plan}/items/{item:path}", response_model=None)
def item_page(request: Request, found: Annotated[Plan, Depends(PlanGuard("item.read"))], item: str) -> Response:
    """The item, as its records and its trees tell of it."""
    parts = parts_of(request)
    follow = following(request, (*ITEM_STEPS, *ITEMS, *LANDINGS, *ROLLBACKS), found.id, item)
    state = parts.states.of(found)
    planned = state.item(item)
    reports = inspecting.steps_of(parts.shop, found, item)
    values: dict[str, Any] = {
        "plan": found,
        "follow": follow,
        "item": planned,
        "standing": state.items[item],
        "steps": shown(reports, _began(parts.shop, found, reports, item), state.items[item]),
        "attempts": len({report.run for report in reports}),
        "waived": _waived(state, item),
        "misses": misses(state, item),
        "intent": planned.intent_digest,
        "fixes": attempts_at(parts.shop, found, item),
        "why": why(parts.shop, found, state, item),
    }
    return page(request, "item.html", **values, **_edits(parts.shop, found, state.items[item], reports))


def shown(reports: Sequence[StepReport], began: Iterable[Record], standing: ItemState) -> list[StepShown]:
    """All nine steps in their order, each by its last report. Pure."""
    starts = {(record.key.split("/")[1], str(record.facts["step"])): record.at for record in began}
    found = []
    for name in STEPS:
        own = [report for report in reports if report.step == name]
        last = own[-1] if own else None
        working = standing.state == "running" and standing.step == name
        start = starts.get((last.run, name)) if last is not None else None
        took = last.at - start if last is not None and start is not None else None
        status = "running" if working else last.status if last is not None else "not yet"
        found.append(StepShown(name, status, last, took, len(own)))
    return found


def _began(shop: Workshop, plan: Plan, reports: Iterable[StepReport], item: str) -> list[Record]:
    runs = sorted({report.run for report in reports})
    return [
        record
        for run in runs
        for record in shop.journal.records(kind="step.began", prefix=f"{plan.id}/{run}/{item}/")
        if record.facts.get("item") == item
    ]


def _waived(state: BatchState, item: str) -> list[Any]:
    return list(state.waived[item]["waived"]) if item in state.waived else []


def _edits(shop: Workshop, plan: Plan, standing: ItemState, reports: Sequence[StepReport]) -> dict[str, Any]:
    """What the item changes, from its commit, or from the last tree that a step left."""
    try:
        before, after = _trees(shop, plan, standing, reports)
        edits, count = edits_between(before, after) if after is not None else ([], 0)
    except LaneshiftError as error:
        return {"edits": [], "edited": 0, "unread": error.what}
    return {"edits": edits, "edited": count, "unread": ""}


def _trees(shop: Workshop, plan: Plan, standing: ItemState, reports: Sequence[StepReport]) -> tuple[Tree, Tree | None]:
    repository = shop.repository
    if standing.commit:
        commit = read_commit(repository, standing.commit)
        before = repository.tree(commit.parents[0]) if commit.parents else repository.empty_tree()
        return before, repository.tree(standing.commit)
    trees = [report.tree for report in reports if report.tree]
    return repository.tree(plan.base_tree), repository.tree(trees[-1]) if trees else None
