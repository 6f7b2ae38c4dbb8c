"""A worker: takes part in whatever is unfinished in this repository, plan by plan, until it is stopped."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from laneshift.errors import NeedsPerson, Refused
from laneshift.runs.events import Event
from laneshift.runs.lease_loss import joining_again
from laneshift.runs.plan import Plan
from laneshift.runs.program import program
from laneshift.runs.unfinished import Watch
from laneshift.runs.working import check_base
from laneshift.runs.workshop import Workshop

_LOOK_SECONDS = 1.0


def serve(shop: Workshop, name: str, workers: int, stop: threading.Event) -> int:
    """Work until `stop` is set. With `name`, on that plan or batch alone. How many times a plan was joined.

    A worker that was silent for too long is replaced; it then joins again as a new one. Raises `Refused` for a plan
    by name that another version made (`worker.other-version`) or whose base cannot be had here (`plan.no-base`), and
    what the engine raises. Without a name such plans are left to others, and told once.
    """
    joined, search = 0, _Search(shop, name)
    if name:
        _fitting(shop, shop.plans.load(name))
    while not stop.is_set():
        plan = search.next()
        if plan is None:
            stop.wait(_LOOK_SECONDS)
            continue
        joined += 1
        with joining_again(shop, stop, plan) as takes_part:
            _take_part(shop, plan, workers, stop, takes_part)
    return joined


@dataclass
class _Search:
    """Looks for a plan to join. What the journal says of each is read once."""

    shop: Workshop
    name: str
    _watches: dict[str, Watch] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)

    def next(self) -> Plan | None:
        """A plan that has something unfinished, is of this version, and has its base here."""
        plans = [self.shop.plans.load(self.name)] if self.name else self.shop.plans.all()
        return next(filter(self._joinable, plans), None)

    def _joinable(self, plan: Plan) -> bool:
        if plan.tool != self.shop.tool or plan.id in self._refused:
            return False
        watch = self._watches.setdefault(plan.id, Watch(self.shop.journal, plan))
        return watch.unfinished() and self._has_base(plan)

    def _has_base(self, plan: Plan) -> bool:
        try:
            check_base(self.shop, plan)
        except Refused as error:
            if self.name:
                raise
            self._refused.add(plan.id)
            self.shop.report(Event("worker", f"{plan.id} is left to others: {error.what} ({error.why})"))
            return False
        return True


def _take_part(shop: Workshop, plan: Plan, workers: int, stop: threading.Event, takes_part: Callable[[], None]) -> None:
    slots = workers or shop.settings(shop.repository.tree(plan.base)).workers or os.cpu_count() or 1
    with _ending(shop, plan, stop) as ended, shop.engine(program(shop, plan), slots, plan.id) as engine:
        takes_part()
        engine.work(ended)


@contextmanager
def _ending(shop: Workshop, plan: Plan, stop: threading.Event) -> Iterator[threading.Event]:
    """An event that is set when the worker is stopped or the plan has nothing unfinished any more."""
    ended, watch = threading.Event(), Watch(shop.journal, plan)

    def look() -> None:
        while not ended.is_set():
            # A journal that cannot be read now tells nothing; whether the worker may go on is for its engine to say.
            with contextlib.suppress(NeedsPerson):
                if stop.wait(_LOOK_SECONDS) or not watch.unfinished():
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
