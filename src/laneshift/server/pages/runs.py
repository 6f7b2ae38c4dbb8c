"""Runs: every batch, and one batch as it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from laneshift.runs.plan import Plan, PlannedItem
from laneshift.runs.requesting import requests
from laneshift.runs.state import ATTENTION, BatchState, ItemState
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page as page_of
from laneshift.server.cursors import paged, position_in
from laneshift.server.guard import Guard, PlanGuard, parts_of
from laneshift.server.listing import After
from laneshift.server.pages import burndown
from laneshift.server.pages.following import CANARIES, ITEMS, LANDINGS, REQUESTS, ROLLBACKS, RUNS, following
from laneshift.server.pages.freezes import FREEZES, shown
from laneshift.server.pages.item_rows import rows
from laneshift.server.pages.rendering import chart, page
from laneshift.server.pages.route import PageRoute
from laneshift.server.parts import Parts

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN = {
    "waiting": frozenset({"waiting"}),
    "running": frozenset({"running"}),
    "ready": frozenset({"ready-to-land"}),
    "attention": ATTENTION,
    "done": frozenset({"landed", "verified", "already-done"}),
}
"""The states behind each of the filters."""
_ROWS = (100, 1000)
_NEWS = (*ITEMS, "step.began", *FREEZES, *RUNS, *CANARIES, *LANDINGS, *ROLLBACKS, *REQUESTS)
_LIST = "rows"
Rows = list[tuple[int, PlannedItem, ItemState]]
Show = Annotated[str, Query(pattern=f"^({'|'.join(SHOWN)})?$")]
AtATime = Annotated[int, Query(alias="rows", ge=1, le=_ROWS[-1])]
Words = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which items somebody wants to see: those in a group, with words in them, after a cursor, so many at a time."""

    show: str
    words: str
    cursor: str
    rows: int


@router.get("/", response_model=None)
def runs(request: Request, _: Annotated[Principal, Depends(Guard("batch.read"))]) -> Response:
    """Every batch by its newest plan, the last planned first."""
    parts = parts_of(request)
    follow = following(request, _NEWS)
    states = [parts.states.of(plan) for plan in parts.plans.newest()]
    batches = [
        {"plan": state.plan, "groups": grouped(state), "doing": state.unfinished, "paused": state.paused}
        for state in sorted(states, key=lambda state: (-state.plan.when, state.plan.id))
    ]
    return page(request, "runs.html", rows=batches, follow=follow, freeze=shown(request))


@router.get("/runs/{plan}", response_model=None)
def run(
    request: Request,
    found: Annotated[Plan, Depends(PlanGuard("batch.read"))],
    show: Show = "",
    q: Words = "",
    cursor: After = "",
    many: AtATime = _ROWS[0],
) -> Response:
    """One batch: what is left, and its items, a page of them at a time."""
    # What is followed is asked for first: what is recorded meanwhile is then told twice and never missed.
    follow, parts = following(request, _NEWS, found.id), parts_of(request)
    asked = Asked(show, q, cursor, many)
    values: dict[str, Any] = {"follow": follow, "asked_for": asked, "sizes": _ROWS, "freeze": shown(request)}
    return page(request, "run.html", **values, **_run(parts, found, asked))


def grouped(state: BatchState) -> dict[str, int]:
    """How many items are in each group."""
    counts = dict.fromkeys(SHOWN, 0)
    for item in state.items.values():
        counts[next(name for name, states in SHOWN.items() if item.state in states)] += 1
    return counts


def _run(parts: Parts, plan: Plan, wanted: Asked) -> dict[str, Any]:
    state = parts.states.of(plan)
    after = position_in(wanted.cursor, _LIST, int)
    left: Rows = [
        each for each in _rows(state, wanted.show, wanted.words.casefold()) if after is None or each[0] > after
    ]
    taken, then = page_of(left, _LIST, wanted.rows, lambda each: each[0])
    asked, kept = requests(parts.shop.journal, plan.id), _kept(parts, plan)
    return {
        "plan": plan,
        "state": state,
        "groups": grouped(state),
        "asked": asked[-5:][::-1],
        "busy": any(each.open for each in asked),
        "chart": chart(drawing) if (drawing := _burndown(parts, plan, kept)) else "",
        **paged(list(rows(plan, ((item, standing) for _, item, standing in taken), kept["rows"])), then),
    }


def _rows(state: BatchState, show: str, words: str) -> Iterator[tuple[int, PlannedItem, ItemState]]:
    wanted = SHOWN.get(show)
    for number, item in enumerate(state.plan.items):
        standing = state.items[item.id]
        if wanted is not None and standing.state not in wanted:
            continue
        if words and not any(words in text.casefold() for text in (item.id, item.src, item.dst)):
            continue
        yield number, item, standing


def _burndown(parts: Parts, plan: Plan, kept: dict[str, Any]) -> str:
    """The chart. What was folded before is kept, so that whoever follows a batch costs only what is new."""
    journal, prefix = parts.shop.journal, f"{plan.id}/"
    before: burndown.Burndown = kept.get("burndown") or burndown.begun(plan)
    tip = journal.tip()
    seq = tip.seq if tip is not None else 0
    if before.seq:
        new = journal.records(prefix=prefix, after=before.seq) if seq > before.seq else []
    else:
        every = [record for kind in burndown.KINDS for record in journal.records(kind=kind, prefix=prefix)]
        new = sorted(every, key=lambda record: record.seq)
    now = kept["burndown"] = before.after(new, seq)
    return burndown.drawn(plan.batch, now.points)


def _kept(parts: Parts, plan: Plan) -> dict[str, Any]:
    """What was made before of the page of a plan."""
    key = ("run", plan.id)
    known = parts.computed.get(key)
    if known is None:
        known = {"rows": {}}
        parts.computed.put(key, known)
    return known
