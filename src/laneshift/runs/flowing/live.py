"""Where runs of flows are, for many who ask: what was folded before is kept, and only what is new is read.

What counts is the journal. Snapshots save reading it from the beginning; several processes may share them. Each is
held against the record that it ends with, so one of another journal, or of one that was put back, is not believed; and
whoever has none folds anew and leaves one for the others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Protocol

from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.runs.flowing import keys
from laneshift.runs.flowing.snapshot import Snapshot
from laneshift.runs.flowing.state import Run, folded, no_run

_KEPT = 64


class Snapshots(Protocol):
    """A store that others may share. It never fails: what it cannot do now is left undone."""

    def get(self, run: str) -> Snapshot | None:
        """The newest snapshot of a run, if there is one."""
        ...

    def put(self, snapshots: Sequence[Snapshot]) -> None:
        """Keep these, but for those of which a newer one is there."""
        ...

    def drop(self, run: str) -> None:
        """Forget the snapshot of a run: it is not of this journal."""
        ...


class Unshared:
    """No store at all."""

    def get(self, run: str) -> Snapshot | None:  # noqa: ARG002 - as the port says
        """None."""
        return None

    def put(self, snapshots: Sequence[Snapshot]) -> None:
        """Nothing is kept."""

    def drop(self, run: str) -> None:
        """There is none."""


class LiveRuns:
    """The runs of one repository, as its journal has them. Safe to share among threads."""

    def __init__(self, journal: JournalPort, shared: Snapshots | None = None) -> None:
        self._journal = journal
        self._shared: Snapshots = shared or Unshared()
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()
        self._all: dict[str, Run] = {}
        self._seq = 0
        self._lock = Lock()

    def of(self, run: str) -> Run:
        """The run with this id, now. Raises `Refused` (`flow.no-run`, `flow.bad-run`), and as the journal does."""
        keys.checked(run)
        with self._lock:
            known = self._kept.get(run) or self._shared.get(run)
            found, new = self._folded(run, known)
            if found is None:
                raise no_run(run)
            self._kept[run] = found
            self._kept.move_to_end(run)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            if new:
                self._shared.put([found])
            return found.run

    def all(self) -> list[Run]:
        """Every run, oldest first. Of those that are over it is not told what became of each step."""
        with self._lock:
            self._advance()
            return list(self._all.values())

    def share(self) -> None:
        """Leave snapshots of all that is new since the last time to the others; at first, of what is not over."""
        if isinstance(self._shared, Unshared):
            return
        with self._lock:
            begun = self._seq > 0
            changed = [run for run in self._advance() if begun or not self._all[run].over]
        for run in changed:
            self.of(run)

    def _folded(self, run: str, known: Snapshot | None) -> tuple[Snapshot | None, bool]:
        """The run, and whether there was news of it."""
        prefix = keys.of(run, "")
        if known is not None:
            # The record that the snapshot ends with is read again: it proves that the snapshot is of this journal.
            records = self._journal.records(prefix=prefix, after=known.run.seq - 1)
            if known.run.id == run and records and _proved(known, records[0]):
                found = folded(records[1:], {run: known.run})[run]
                return Snapshot(found, records[-1].digest), len(records) > 1
            self._shared.drop(run)
        records = self._journal.records(prefix=prefix)
        fresh = folded(records).get(run)
        return (None, False) if fresh is None else (Snapshot(fresh, records[-1].digest), True)

    def _advance(self) -> list[str]:
        """Fold what is new. The ids of the runs that it told of."""
        records = self._journal.records(prefix=keys.PREFIX, after=self._seq)
        if not records:
            return []
        self._seq = records[-1].seq
        names = list(dict.fromkeys(str(record.facts["run"]) for record in records if "run" in record.facts))
        short = {name for name in names if name in self._all and self._all[name].over}
        self._all = folded([record for record in records if record.facts.get("run") not in short], self._all)
        for name in names:
            if name in short:
                self._all[name] = folded(self._journal.records(prefix=keys.of(name, "")))[name]
            if (found := self._all.get(name)) is not None and found.over:
                self._all[name] = replace(found, steps={}, signals=(), waiters=())
        return [name for name in names if name in self._all]


def _proved(known: Snapshot, record: Record) -> bool:
    return (record.seq, record.digest) == (known.run.seq, known.mark)
