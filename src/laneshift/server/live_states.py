"""Where every item is, for many requests: each record of the journal is read once, and folded into what is kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from laneshift.evidence.port import JournalPort
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState, fold

_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Known:
    state: BatchState
    seq: int


class LiveStates:
    """The states of the plans of one repository, as its journal has them. Safe to share among threads."""

    def __init__(self, journal: JournalPort) -> None:
        self._journal = journal
        self._kept: OrderedDict[str, _Known] = OrderedDict()
        self._seq = 0
        self._lock = Lock()

    def of(self, plan: Plan) -> BatchState:
        """The state of `plan` now. Raises as the journal does."""
        with self._lock:
            self._advance()
            known = self._kept.get(plan.id)
            if known is None:
                records = self._journal.records(prefix=f"{plan.id}/")
                known = _Known(fold(plan, records), records[-1].seq if records else 0)
                self._kept[plan.id] = known
            self._kept.move_to_end(plan.id)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return known.state

    def _advance(self) -> None:
        """Fold what was recorded since into every state that is kept."""
        if not self._kept:
            tip = self._journal.tip()
            self._seq = tip.seq if tip is not None else 0
            return
        new = self._journal.records(after=self._seq)
        if not new:
            return
        self._seq = new[-1].seq
        for name, known in self._kept.items():
            own = [record for record in new if record.seq > known.seq and record.facts.get("plan") == name]
            if own:
                self._kept[name] = _Known(fold(known.state.plan, own, known.state), own[-1].seq)
