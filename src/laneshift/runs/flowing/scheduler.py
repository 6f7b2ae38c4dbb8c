"""Starts the flows of a repository whose time has come.

Any number of workers may do so side by side: what is started for a time has the key `NAME@TIME`, of which the journal
keeps one record, so whoever comes second gets the run of whoever was first. The times of a schedule count from when it
was first seen, which is a record too: a schedule that was added this morning missed nothing last year.

Definitions are those of the branch that batches land on, and of the repository's own alone: what laneshift ships starts
when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from laneshift.errors import Refused
from laneshift.evidence.canonical import digest
from laneshift.flows.model import Flow
from laneshift.flows.schedules import due
from laneshift.runs.events import Event
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.effects import Effects
from laneshift.runs.flowing.library import Library
from laneshift.runs.flowing.records import start
from laneshift.runs.landing_branch import landing_tip
from laneshift.runs.workshop import Workshop

SCHEDULED = "flow.scheduled"
BY = "schedule"
_PREFIX = "flow-schedule/"
_DIGITS = 16
SHIPPED = "shipped"


def moment(at: datetime) -> str:
    """A time as keys have it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Scheduler:
    """What one process knows of the schedules of a repository. `tick` is called every few seconds."""

    shop: Workshop
    effects: Effects | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _tip: str = ""
    _flows: tuple[Flow, ...] = ()
    _seen: dict[str, datetime] = field(default_factory=dict)
    _read: int = 0
    _remarked: str = ""

    def tick(self) -> list[str]:
        """Start what is due. The ids of the runs, also of those that another process started for the same time."""
        try:
            self._look()
        except Refused as error:
            # Nothing counts now. Whoever performs flows goes on with those that were asked for.
            self._remark(f"no flow starts by itself: {error.what}")
            return []
        now, started = self.clock(), []
        for flow in self._flows:
            try:
                started += self._started(flow, now)
            except Refused as error:
                self.shop.report(Event("flow", f"the schedule of {flow.name} starts nothing: {error.what}"))
            # What is refused now is refused in five seconds too; what could not be recorded is raised and stays due.
            self._seen[flow.name] = max(now, self._seen.get(flow.name, now))
        return started

    def _started(self, flow: Flow, now: datetime) -> list[str]:
        if flow.schedule is None:
            return []
        since = max(self._first_seen(flow, now), self._seen.get(flow.name, datetime.min.replace(tzinfo=UTC)))
        found = due(flow.schedule, since, now)
        if found.passed_over:
            self.shop.report(Event("flow", f"{found.passed_over} times of {flow.name} passed and start nothing"))
        return [self._start(flow, at) for at in found.start]

    def _start(self, flow: Flow, at: datetime) -> str:
        parts = self._library().with_parts(flow)
        key = f"{flow.name}@{moment(at)}"
        return start(self.shop, parts, flow.name, {}, BY, via=f"{BY}:{moment(at)}", key=key).id

    def _first_seen(self, flow: Flow, now: datetime) -> datetime:
        told = {"cron": flow.schedule.cron, "zone": flow.schedule.zone} if flow.schedule else {}
        name = digest(told).removeprefix("sha256:")[:_DIGITS]
        facts = {"flow": flow.name, **told, "since": moment(now)}
        record = self.shop.journal.append(f"{_PREFIX}{flow.name}/{name}", SCHEDULED, facts, durable=True, actor=BY)
        return datetime.fromisoformat(str(record.facts["since"]))

    def _look(self) -> None:
        """Take up what others have started, and the definitions where the branch has moved."""
        records = self.shop.journal.records(kind=keys.ASKED, after=self._read)
        for record in records:
            name, _, at = str(record.facts["key"]).rpartition("@")
            if record.facts["by"] == BY and name:
                here = datetime.fromisoformat(at)
                self._seen[name] = max(here, self._seen.get(name, here))
        if records:
            self._read = records[-1].seq
        tip = landing_tip(self.shop)
        self._remarked = ""
        if tip != self._tip:
            self._tip = tip
            found = self._library().all()
            for each in found:
                if each.error is not None and each.where != SHIPPED:
                    self.shop.report(Event("flow", f"{each.name} is not started by itself: {each.error.what}"))
            self._flows = tuple(each.flow for each in found if each.flow is not None and each.where != SHIPPED)

    def _remark(self, what: str) -> None:
        if what != self._remarked:
            self._remarked = what
            self.shop.report(Event("flow", what))

    def _library(self) -> Library:
        return Library(self.shop.repository, self.effects, revision=self._tip)
