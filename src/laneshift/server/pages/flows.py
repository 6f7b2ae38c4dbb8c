"""Flows: what there is to run, one of them as a graph, and a run of it as it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from laneshift.flows.model import Flow, Step
from laneshift.reports.flow_drawing import svg_of
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.library import Found
from laneshift.runs.flowing.state import Run, StepAt
from laneshift.server.api.flow_runs import position_of, wanted
from laneshift.server.api.flows import schedule_told
from laneshift.server.auth.principal import Principal
from laneshift.server.cursors import page as page_of
from laneshift.server.cursors import paged, position_in
from laneshift.server.flow_shelf import FlowGuard, FlowRunGuard, every, found_in, is_approval, pinned
from laneshift.server.guard import Guard, parts_of
from laneshift.server.listing import After
from laneshift.server.pages.following import Following, following
from laneshift.server.pages.rendering import chart, page
from laneshift.server.pages.route import PageRoute
from laneshift.server.parts import Parts

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_NEWS = (keys.ASKED, keys.RETRIED, keys.BEGAN, keys.STOPPING, keys.ENDED, keys.CANCEL)
_RUN_NEWS = (*_NEWS, keys.STEP_BEGAN, keys.STEP_ENDED, keys.FANNED, keys.SIGNALLED, keys.TAKEN)
_LIST, _HISTORY = "page-flow-runs", "page-flow-history"
_RUNS, _RECORDS = 50, 100
_OPEN = frozenset({"asked", "working", "waiting"})
_WAITS = frozenset({"waiting"})


@router.get("/flows", response_model=None)
def flows(
    request: Request,
    _: Annotated[Principal, Depends(Guard("flow.read"))],
    flow: Annotated[str, Query(max_length=48)] = "",
    cursor: After = "",
) -> Response:
    """Every flow, and the runs, the last asked for first."""
    follow, parts = _following(request, _NEWS), parts_of(request)
    found = every(parts)
    before = position_in(cursor, _LIST, str)
    taken, then = page_of(wanted(parts, flow, "", before), _LIST, _RUNS, position_of)
    rows = [{"found": each, "schedule": schedule_told(each)} for each in found]
    return page(request, "flows.html", follow=follow, rows=rows, only=flow, cursor=cursor, **paged(taken, then))


@router.get("/flows/{flow}", response_model=None)
def flow(request: Request, found: Annotated[Found, Depends(FlowGuard("flow.read"))]) -> Response:
    """One flow: its graph, its steps, what a run is given, and its last runs."""
    follow, parts = _following(request, _NEWS), parts_of(request)
    drawing = chart(svg_of(found.flow)) if found.flow is not None else ""
    return page(
        request,
        "flow.html",
        follow=follow,
        found=found,
        flow=found.flow,
        needs=found.flow.needs() if found.flow is not None else {},
        schedule=schedule_told(found),
        drawing=drawing,
        items=wanted(parts, found.name, "")[:_RUNS],
    )


@router.get("/flow-runs/{run}", response_model=None)
def run(request: Request, found: Annotated[Run, Depends(FlowRunGuard("flow.read"))], cursor: After = "") -> Response:
    """One run: its graph with what became of each step, what can be told it, and what happened."""
    follow, parts = _following(request, _RUN_NEWS, keys.of(found.id)), parts_of(request)
    # Read once more: what is followed is known by now, so nothing is missed.
    now = parts.flows.of(found.id)
    definition = pinned(parts, now)
    records = parts.shop.journal.records(prefix=keys.of(now.id, ""), after=position_in(cursor, _HISTORY, int) or 0)
    taken, then = page_of(records[: _RECORDS + 1], _HISTORY, _RECORDS, lambda record: record.seq)
    return page(
        request,
        "flow_run.html",
        follow=follow,
        run=now,
        flow=definition,
        drawing=chart(drawn(definition, now)),
        steps=list(_rows(definition, now)),
        waits=_waited_for(parts, now),
        parts=[each for each in parts.flows.all() if each.parent == now.id],
        open=now.standing in _OPEN,
        changed=_changed(parts, now),
        cursor=cursor,
        **paged(taken, then),
    )


def drawn(flow: Flow, run: Run) -> str:
    """The graph of a run. Of a step of many, how many are done stands beside its state."""
    states, details = {}, {}
    for step in flow.steps:
        at = run.step(step.name)
        states[step.name] = _shown(at, _members(run, step)).state.name
        details[step.name] = _detail(run, step, at)
    return svg_of(flow, states, details)


def _members(run: Run, step: Step) -> list[StepAt]:
    return [at for (name, index), at in run.steps.items() if name == step.name and index is not None]


def _shown(at: StepAt, members: list[StepAt]) -> StepAt:
    """What stands for a step of many while it has no state of its own: the member that goes on."""
    if at.state.name != "pending":
        return at
    moving = [each for each in members if each.state.name in ("working", "waiting", "paused", "undoing")]
    return moving[0] if moving else at


def _detail(run: Run, step: Step, at: StepAt) -> str:
    if step.name in run.fans:
        done = sum(each.state.name == "done" for each in _members(run, step))
        return f"{done} of {run.fans[step.name]} done"
    return f"try {at.tries}" if at.tries > 1 else ""


def _rows(flow: Flow, run: Run) -> Iterator[dict[str, Any]]:
    """A row for each step, and below a step of many one for each of its members."""
    for step in flow.steps:
        yield {"step": step, "at": run.step(step.name)}
        for at in sorted(_members(run, step), key=lambda each: each.index or 0):
            yield {"step": step, "at": at}


def _waited_for(parts: Parts, run: Run) -> Mapping[str, bool]:
    """The signals that the run is waiting for; whether each is the yes of a person."""
    names = [name for at in run.steps.values() if at.state.name in _WAITS for name in at.waits]
    return {name: is_approval(parts, run, name) for name in dict.fromkeys(names)}


def _changed(parts: Parts, run: Run) -> bool:
    """Whether the definition is another one by now."""
    if not any(each.name == run.flow for each in every(parts)):
        return True
    now = found_in(parts, run.flow).flow
    return now is None or now.digest != run.digest


def _following(request: Request, kinds: tuple[str, ...], prefix: str = keys.PREFIX.rstrip("/")) -> Following:
    return following(request, kinds, prefix)
