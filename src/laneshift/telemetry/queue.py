"""What waits, runs and lands, told from the journal as it grows: depth, age, and who has something in hand.

What was asked for and has not ended is the queue. An item that was proved and that nobody lands is told apart: it may
rest for as long as people like, and so does not make the queue old.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from laneshift.evidence.records import Record
from laneshift.telemetry import catalogue as known
from laneshift.telemetry.metric import Sample
from laneshift.telemetry.samples import run_of

TURNS = frozenset({"run.started", "run.ended", "land.started", "land.ended"})
"""Kinds of records after which it is worth while to tell at once how things stand."""


@dataclass
class _Part:
    """A run or a landing that has not ended: when it was asked for, and what is left of it."""

    at: int
    left: set[str]
    hands: dict[str, str] = field(default_factory=dict)
    """The worker that has each claimed item, by number."""


@dataclass
class Queue:
    """Give it every record in order; ask it for samples at any time."""

    runs: dict[str, _Part] = field(default_factory=dict)
    landings: dict[str, _Part] = field(default_factory=dict)
    ready: dict[str, set[str]] = field(default_factory=dict)
    """Of each plan, what is proved and not landed."""

    def hear(self, record: Record) -> None:
        """Take a record into account."""
        told = _KINDS.get(record.kind)
        if told is not None:
            told(self, record)

    def samples(self) -> Iterator[Sample]:
        """Depth by state, workers with an item, and, where anything is asked for, since when the oldest."""
        running = sum(len(run.hands) for run in self.runs.values())
        asked = sum(len(run.left) for run in self.runs.values())
        landing = {item for part in self.landings.values() for item in part.left}
        ready = {item for items in self.ready.values() for item in items}
        counts = {"waiting": asked - running, "running": running, "landing": len(landing)}
        for state, count in {**counts, "ready": len(ready - landing)}.items():
            yield known.QUEUE.sample(count, state=state)
        hands = {(key, worker) for key, run in self.runs.items() for worker in run.hands.values()}
        yield known.WORKERS.sample(len(hands))
        begun = [part.at for part in (*self.runs.values(), *self.landings.values()) if part.left]
        if begun:
            yield known.QUEUE_SINCE.sample(min(begun) / 1000)

    def run_started(self, record: Record) -> None:
        """A run waits for its items."""
        self.runs[record.key.removesuffix("/started")] = _Part(record.at, _named(record))

    def claimed(self, record: Record) -> None:
        """A worker has an item in hand."""
        item = str(record.facts.get("item"))
        run = self.runs.get(record.key.removesuffix(f"/claim/{item}"))
        if run is not None and item in run.left:
            run.hands[item] = str(record.facts.get("worker"))

    def settled(self, record: Record) -> None:
        """An item came to its end: in a run, or held by a landing."""
        item, plan = str(record.facts.get("item")), str(record.facts.get("plan"))
        if (run := self.runs.get(run_of(record))) is not None:
            run.left.discard(item)
            run.hands.pop(item, None)
        ready = self.ready.setdefault(plan, set())
        if record.facts.get("state") == "ready-to-land":
            ready.add(f"{plan}/{item}")
        else:
            self._gone(plan, {item})

    def land_started(self, record: Record) -> None:
        """A landing, or a check of one, has these items."""
        plan = str(record.facts.get("plan"))
        items = {f"{plan}/{item}" for item in _named(record)}
        self.landings[record.key.removesuffix("/started")] = _Part(record.at, items)

    def landed(self, record: Record) -> None:
        """Items are on the target."""
        self._gone(str(record.facts.get("plan")), _named(record))

    def taken_back(self, record: Record) -> None:
        """Items are not on the target any more, and could be landed again."""
        plan = str(record.facts.get("plan"))
        self.ready.setdefault(plan, set()).update(f"{plan}/{item}" for item in _named(record))

    def ended(self, record: Record) -> None:
        """A run or a landing is over, whatever is left of it."""
        key = record.key.removesuffix("/ended")
        self.runs.pop(key, None)
        self.landings.pop(key, None)

    def _gone(self, plan: str, items: set[str]) -> None:
        names = {f"{plan}/{item}" for item in items}
        self.ready.get(plan, set()).difference_update(names)
        for part in self.landings.values():
            part.left -= names


_KINDS: dict[str, Callable[[Queue, Record], None]] = {
    "run.started": Queue.run_started,
    "run.ended": Queue.ended,
    "item.claimed": Queue.claimed,
    "item.settled": Queue.settled,
    "land.started": Queue.land_started,
    "land.recorded": Queue.landed,
    "land.ended": Queue.ended,
    "rollback.recorded": Queue.taken_back,
}


def _named(record: Record) -> set[str]:
    found: Any = record.facts.get("items")
    return {str(item) for item in found} if isinstance(found, (list, tuple)) else set()
