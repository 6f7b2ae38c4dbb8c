"""A worker: takes part in whatever is unfinished in this repository, plan by plan, until it is stopped."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from laneshift.errors import NeedsPerson, Refused
from laneshift.runs.plan import Plan
from laneshift.runs.program import program
from laneshift.runs.working import state_of
from laneshift.runs.workshop import Workshop

_LOOK_SECONDS = 1.0


def serve(shop: Workshop, name: str, workers: int, stop: threading.Event) -> int:
    """Work until `stop` is set. With `name`, on that plan or batch alone. How many times a plan was joined.

    A worker that was silent for too long is replaced; it then joins again as a new one. Raises `Refused` for a plan
    that another version made, and what the engine raises.
    """
    joined = 0
    if name:
        _fitting(shop, shop.plans.load(name))
    while not stop.is_set():
        plan = next(_waiting(shop, name), None)
        if plan is None:
            stop.wait(_LOOK_SECONDS)
            continue
        joined += 1
        try:
            _take_part(shop, plan, workers, stop)
        except NeedsPerson as error:
            if error.code != "engine.lease-lost":
                raise
    return joined


def _waiting(shop: Workshop, name: str) -> Iterator[Plan]:
    """Plans that have something unfinished and are of this version."""
    plans = [shop.plans.load(name)] if name else shop.plans.all()
    return (plan for plan in plans if plan.tool == shop.tool and state_of(shop, plan).unfinished)


def _take_part(shop: Workshop, plan: Plan, workers: int, stop: threading.Event) -> None:
    slots = workers or shop.settings(shop.repository.tree(plan.base)).workers or os.cpu_count() or 1
    with _ending(shop, plan, stop) as ended, shop.engine(program(shop, plan), slots, plan.id) as engine:
        engine.work(ended)


@contextmanager
def _ending(shop: Workshop, plan: Plan, stop: threading.Event) -> Iterator[threading.Event]:
    """An event that is set when the worker is stopped or the plan has nothing unfinished any more."""
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            if stop.wait(_LOOK_SECONDS) or not state_of(shop, plan).unfinished:
                ended.set()

    looking = threading.Thread(target=look, name="laneshift-serving", daemon=True)
    looking.start()
    try:
        yield ended
    finally:
        ended.set()
        looking.join(2 * _LOOK_SECONDS)


def _fitting(shop: Workshop, plan: Plan) -> None:
    if plan.tool != shop.tool:
        raise Refused(
            "worker.other-version",
            f"{plan.id} was planned by {plan.tool}; this worker is {shop.tool}",
            cure="start a worker of that version",
        )
