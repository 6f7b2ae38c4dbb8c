"""Reads the journal as it grows and adds up what it says. Safe to ask from several threads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from laneshift.errors import CheckFailed, Refused
from laneshift.evidence.port import JournalPort, StorePort
from laneshift.evidence.records import Record
from laneshift.telemetry.metric import Sample
from laneshift.telemetry.queue import Queue
from laneshift.telemetry.samples import samples
from laneshift.telemetry.totals import Totals

_BEGINNINGS = frozenset({"step.began", "item.claimed", "land.started"})


@dataclass
class Seen:
    """What records refer to: when things began, as far as was seen here, else as the journal has it."""

    journal: JournalPort
    store: StorePort
    begun: dict[str, int] = field(default_factory=dict)

    def note(self, record: Record) -> None:
        """Remember the beginning that a record is."""
        if record.kind in _BEGINNINGS:
            self.begun[record.key] = record.at

    def at(self, key: str) -> int | None:
        """As `Look` says. An end is told once, so the beginning is forgotten then."""
        if key in self.begun:
            return self.begun.pop(key)
        record = self.journal.get(key)
        return None if record is None else record.at

    def notes(self, digest: str) -> Mapping[str, Any] | None:
        """As `Look` says."""
        try:
            found = json.loads(self.store.get(digest))
        except (CheckFailed, Refused, ValueError):
            return None  # evidence that is gone, damaged or never was is counted as such; `verify` names it
        return found if isinstance(found, dict) else None


@dataclass
class Meter:
    """The whole journal in numbers. `gauges` measures what the journal does not tell.

    `totals` are of the repository, `own` of this process.
    """

    journal: JournalPort
    store: StorePort
    gauges: Callable[[], Iterable[Sample]]
    totals: Totals = field(default_factory=Totals)
    own: Totals = field(default_factory=Totals)
    _queue: Queue = field(default_factory=Queue)
    _after: int = 0
    _lock: Lock = field(default_factory=Lock)
    _seen: Seen = field(init=False)

    def __post_init__(self) -> None:
        self._seen = Seen(self.journal, self.store)

    def observed(self, samples: Iterable[Sample]) -> None:
        """This process measured something of itself."""
        with self._lock:
            self.own.add(samples)

    def catch_up(self) -> tuple[Sample, ...]:
        """Count what was recorded since; the gauges as they are now. Raises as the journal does."""
        with self._lock:
            for record in self.journal.records(after=self._after):
                self._seen.note(record)
                self.totals.add(samples(record, self._seen))
                self._queue.hear(record)
                self._after = record.seq
            queued = tuple(self._queue.samples())
        return (*queued, *self.gauges())
