"""Does what requests ask for, one after another, in the process of a worker.

A request may be performed twice when a worker was killed: what it asks for was begun under a key of its own, so the
second time joins that, or sees that it has ended, and begins nothing anew.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from laneshift.errors import Bug, LaneshiftError
from laneshift.runs import working
from laneshift.runs.arguments import Landing
from laneshift.runs.canarying import canary_of
from laneshift.runs.events import Event
from laneshift.runs.holding import holding
from laneshift.runs.plan import Plan
from laneshift.runs.requesting import Request, end, find, requests, take, waiting
from laneshift.runs.rolling_back import roll_back
from laneshift.runs.state import BatchState
from laneshift.runs.workshop import Workshop

_LOOK_SECONDS = 0.5
_AGAIN = frozenset({"lock.held", "engine.lease-lost"})
"""What ends the turn of this worker, and not the request."""


def serve_requests(shop: Workshop, workers: int, stop: threading.Event) -> int:
    """Take requests until `stop` is set. How many were ended.

    What a request came to, its failure too, is in the journal; only what keeps the journal from being read is raised.
    """
    ended = 0
    while not stop.is_set():
        request = next(waiting(requests(shop.journal)), None)
        if request is not None and perform(shop, request, workers):
            ended += 1
            continue
        stop.wait(_LOOK_SECONDS)
    return ended


def serve_one(shop: Workshop, workers: int, stop: threading.Event, name: str) -> int:
    """Take the request with this id, until it has ended or `stop` is set. How many were ended.

    Raises `Refused` (`request.not-found`), and as `serve_requests` does.
    """
    while (request := find(shop.journal, name)).open and not stop.is_set():
        if perform(shop, request, workers):
            return 1
        stop.wait(_LOOK_SECONDS)
    return 0


def perform(shop: Workshop, request: Request, workers: int) -> bool:
    """Do what `request` asks for and record what it came to. False while another process has its turn here."""
    try:
        with holding(shop, f"request {request.id}"):
            _performed(shop, request, workers)
    except LaneshiftError as error:
        if error.code in _AGAIN:
            return False
        end(shop.journal, request, error=error)
        shop.report(Event("worker", f"{request.id} failed: {error.what}"))
    except Exception as error:
        # A worker that a bug stops would be started again, and stopped again by the same request.
        end(shop.journal, request, error=Bug("laneshift.bug", f"a bug in laneshift: {type(error).__name__}: {error}"))
        raise
    return True


def _performed(shop: Workshop, request: Request, workers: int) -> None:
    plan = shop.plans.load(request.plan)
    mine = take(shop.journal, request, f"{socket.gethostname()}:{os.getpid()}", _attempts(working.state_of(shop, plan)))
    if mine is not None:
        shop.report(Event("worker", f"{request.id}: {request.verb} of {plan.id}"))
        end(shop.journal, mine, _VERBS[mine.verb](shop, plan, mine, workers))


def _attempts(state: BatchState) -> dict[str, int]:
    return {
        "canary": state.canary_attempt,
        "run": state.run_attempt,
        "land": state.land_attempt,
        "ship": state.ship_attempt,
        "rollback": state.rollback_attempt,
    }


def _was_done(state: BatchState, request: Request) -> bool:
    """Whether an earlier worker did all of it and was killed before it could say so."""
    before = (request.attempts or {}).get(request.verb, 0)
    return _attempts(state)[request.verb] > before and getattr(state, request.verb) is None


def _canary(shop: Workshop, plan: Plan, request: Request, workers: int) -> Mapping[str, Any]:
    state = working.state_of(shop, plan)
    size = request.arguments.get("size")
    if _was_done(state, request):
        found = canary_of(shop, plan, f"{plan.id}/canary-{state.canary_attempt}")
    else:
        found = working.canary(shop, plan, workers, Decimal(size) if size else None)
    return {"ok": found.ok, "done": found.done, "bad": found.bad, "result": found.result}


def _run(shop: Workshop, plan: Plan, request: Request, workers: int) -> Mapping[str, Any]:
    state = working.state_of(shop, plan)
    told = request.arguments
    if not _was_done(state, request):
        only = told.get("only") or None
        state = working.run(
            shop, plan, workers, str(told.get("go_on") or ""), auto=bool(told.get("auto_approve")), only=only
        )
    return {"counts": state.counts(), "paused": dict(state.paused) if state.paused else None}


def _land(shop: Workshop, plan: Plan, request: Request, _: int) -> Mapping[str, Any]:
    if _was_done(working.state_of(shop, plan), request):
        return _landed(working.state_of(shop, plan))
    told = request.arguments
    landing = Landing(tuple(told.get("only") or ()), bool(told.get("check")))
    return _plain(working.land(shop, plan, landing, auto=bool(told.get("auto_approve"))))


def _ship(shop: Workshop, plan: Plan, request: Request, workers: int) -> Mapping[str, Any]:
    if _was_done(working.state_of(shop, plan), request):
        return _landed(working.state_of(shop, plan))
    return _plain(working.ship(shop, plan, workers, auto=bool(request.arguments.get("auto_approve"))))


def _rollback(shop: Workshop, plan: Plan, request: Request, _: int) -> Mapping[str, Any]:
    if _was_done(working.state_of(shop, plan), request):
        return {"counts": working.state_of(shop, plan).counts()}
    done = asdict(roll_back(shop, plan, tuple(request.arguments.get("only") or ())))
    return {**done, "items": list(done["items"])}


def _landed(state: BatchState) -> dict[str, Any]:
    return {"result": "landed" if state.landed else "nothing", "counts": state.counts()}


def _plain(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a landing: how it ended, and of which items; all of it is in the evidence of the landing."""
    names = ("result", "items", "tip", "tree", "remote", "dropped", "blamed", "culprits")
    return {name: outcome[name] for name in names if name in outcome}


_VERBS: Mapping[str, Callable[[Workshop, Plan, Request, int], Mapping[str, Any]]] = {
    "canary": _canary,
    "run": _run,
    "land": _land,
    "ship": _ship,
    "rollback": _rollback,
}
