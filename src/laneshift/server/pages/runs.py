"""Runs: every batch, and one batch as it goes on."""

from __future__ import annotations

from collections.abc import Iterator
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
_ROWS = 100
_NEWS = (*ITEMS, "step.began", *RUNS, *CANARIES, *LANDINGS, *ROLLBACKS, *REQUESTS)
_LIST = "rows"
Rows = list[tuple[int, PlannedItem, ItemState]]
Show = Annotated[str, Query(pattern=f"^({'|'.join(SHOWN)})?$")]
Words = Annotated[str, Query(max_length=200)]


@router.get("/", response_model=None)
def runs(request: Request, _: Annotated[Principal, Depends(Guard("batch.read"))]) -> Response:
    """Every batch by its newest plan, the last planned first."""
    parts = parts_of(request)
    follow = following(request, _NEWS)
    states = [parts.states.of(plan) for plan in parts.plans.newest()]
    rows = [
        {"plan": state.plan, "groups": grouped(state), "doing": state.unfinished, "paused": state.paused}
        for state in sorted(states, key=lambda state: (-state.plan.when, state.plan.id))
    ]
    return page(request, "runs.html", rows=rows, follow=follow)


@router.get("/runs/{plan}", response_model=None)
def run(
    request: Request,
    found: Annotated[Plan, Depends(PlanGuard("batch.read"))],
    show: Show = "",
    q: Words = "",
    cursor: After = "",
) -> Response:
    """One batch: what is left, and its items, a page of them at a time."""
    # What is followed is asked for first: what is recorded meanwhile is then told twice and never missed.
    follow = following(request, _NEWS, found.id)
    return page(request, "run.html", follow=follow, **_run(parts_of(request), found, show, q, cursor))


def grouped(state: BatchState) -> dict[str, int]:
    """How many items are in each group."""
    counts = dict.fromkeys(SHOWN, 0)
    for item in state.items.values():
        counts[next(name for name, states in SHOWN.items() if item.state in states)] += 1
    return counts


def _run(parts: Parts, plan: Plan, show: str, words: str, cursor: str) -> dict[str, Any]:
    state = parts.states.of(plan)
    after = position_in(cursor, _LIST, int)
    left: Rows = [each for each in _rows(state, show, words.casefold()) if after is None or each[0] > after]
    taken, then = page_of(left, _LIST, _ROWS, lambda each: each[0])
    asked = requests(parts.shop.journal, plan.id)
    return {
        "plan": plan,
        "state": state,
        "groups": grouped(state),
        "asked": asked[-5:][::-1],
        "busy": any(each.open for each in asked),
        "chart": chart(drawing) if (drawing := _burndown(parts, plan)) else "",
        "show": show,
        "words": words,
        "cursor": cursor,
        **paged([(item, standing) for _, item, standing in taken], then),
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


def _burndown(parts: Parts, plan: Plan) -> str:
    """The chart. What was folded before is kept, so that whoever follows a batch costs only what is new."""
    journal, prefix = parts.shop.journal, f"{plan.id}/"
    known = parts.computed.get(("burndown", plan.id))
    before = known["burndown"] if known is not None else burndown.begun(plan)
    tip = journal.tip()
    seq = tip.seq if tip is not None else 0
    if before.seq:
        new = journal.records(prefix=prefix, after=before.seq) if seq > before.seq else []
    else:
        every = [record for kind in burndown.KINDS for record in journal.records(kind=kind, prefix=prefix)]
        new = sorted(every, key=lambda record: record.seq)
    now = before.after(new, seq)
    parts.computed.put(("burndown", plan.id), {"burndown": now})
    return burndown.drawn(plan.batch, now.points)
