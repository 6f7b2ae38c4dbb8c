"""A worker of flows in a thread, on a real engine and journal, with effects that the tests say."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from laneshift.flows.model import Flow, Step
from laneshift.runs.flowing.effects import Cancelled, Done, Failed, NotYet, Outcome, TimedOut, Work
from laneshift.runs.flowing.records import start
from laneshift.runs.flowing.serving import serve_flows
from laneshift.runs.flowing.state import Run, flow_run
from laneshift.runs.workshop import Workshop
from tests.repo.builders import repo_at
from tests.toy import shop_at


@dataclass
class Bench:
    """Kinds: `note` gives `value`; `fail` fails until its attempt is `until`; `hold` lasts until it is let go, asked to
    stop or late; `ask` waits for signals `names`, as many as `wanted`; `poll` is not ready for `times` asks."""

    done: list[str] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    free: threading.Event = field(default_factory=threading.Event)
    at_work: int = 0
    most_at_work: int = 0
    polled: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def perform(self, work: Work) -> Outcome:
        with self._lock:
            self.works.append(work)
            self.at_work += 1
            self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            outcome = getattr(self, f"_{work.kind}")(work)
        finally:
            with self._lock:
                self.at_work -= 1
        if isinstance(outcome, Done):
            self.done.append(f"{work.purpose} {work.key.partition('@')[0].partition('/')[2].partition('/')[2]}")
        return outcome

    def faults(self, kind: str, settings: Mapping[str, Any], open_: Callable[[Any], bool]) -> list[tuple[str, str]]:
        return []

    def _note(self, work: Work) -> Outcome:
        return Done(work.settings.get("value"))

    def _fail(self, work: Work) -> Outcome:
        if work.attempt < work.settings.get("until", 1_000):
            return Failed(work.settings.get("code", "x.bad"), "it is bad", "because")
        return Done(work.attempt)

    def _hold(self, work: Work) -> Outcome:
        self.begun.set()
        while not self.free.wait(0.02):
            if work.stopped():
                return Cancelled("asked to stop")
            if work.deadline is not None and time.time() > work.deadline:
                return TimedOut("too late")
        return Done("held")

    def _ask(self, work: Work) -> Outcome:
        if len(work.signals) < work.settings.get("wanted", 1):
            return NotYet(None, "asks", tuple(work.settings["names"]))
        return Done([[signal.by, signal.value] for signal in work.signals])

    def _poll(self, work: Work) -> Outcome:
        self.polled[work.key] += 1
        return NotYet(0.05, "soon") if self.polled[work.key] <= work.settings["times"] else Done("ready")


@dataclass
class Room:
    """A repository with a worker."""

    shop: Workshop
    bench: Bench
    failed: list[BaseException] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._work)

    def begin(self) -> None:
        """Start the worker."""
        self.thread.start()

    def _work(self) -> None:
        try:
            serve_flows(self.shop, self.bench, 8, self.stop)
        except BaseException as error:
            self.failed.append(error)
            raise

    def ask(self, flow: Flow, inputs: Mapping[str, Any] | None = None, *parts: Flow, key: str = "") -> str:
        flows = {each.name: each for each in (flow, *parts)}
        return start(self.shop, flows, flow.name, inputs or {}, "ada@example.org", key=key).id

    def run(self, flow: Flow, inputs: Mapping[str, Any] | None = None, *parts: Flow) -> Run:
        return self.ended(self.ask(flow, inputs, *parts))

    def ended(self, run: str, attempt: int = 1) -> Run:
        return self.until(run, lambda found: found.over and found.attempt == attempt)

    def waiting(self, run: str, step: str = "") -> Run:
        """The run once it waits for a signal."""
        return self.until(
            run, lambda found: any(each.waits and step in ("", each.name) for each in found.steps.values())
        )

    def until(self, run: str, holds: Callable[[Run], bool]) -> Run:
        while True:
            found = flow_run(self.shop.journal, run)
            if holds(found):
                return found
            assert not self.failed, self.failed
            time.sleep(0.05)


@contextmanager
def working(path: Path, *, begin: bool = True) -> Iterator[Room]:
    """A worker in a thread, from its beginning until the block ends."""
    repo_at(path, {"a.txt": "x"})
    room = Room(shop_at(path), Bench())
    if begin:
        room.begin()
    try:
        yield room
    finally:
        room.stop.set()
        room.bench.free.set()
        room.thread.join()


def step(name: str, kind: str = "note", needs: str | None = None, **more: Any) -> Step:
    """A step; `needs` are words."""
    own = {each: more.pop(each) for each in list(more) if each in Step.__slots__}
    return Step(name, kind, more, needs=None if needs is None else tuple(needs.split()), **own)


def flow(name: str, *steps: Step, **more: Any) -> Flow:
    return Flow(name, steps, **more)


def states(run: Run) -> dict[str, str]:
    return {name if index is None else f"{name}.{index}": each.state.name for (name, index), each in run.steps.items()}


def value(run: Run, name: str, index: int | None = None) -> Any:
    return getattr(run.step(name, index).state, "value", None)
