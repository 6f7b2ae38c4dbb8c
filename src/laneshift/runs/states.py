"""Where the items of a plan are, read again only from where this process has read to.

The journal only grows, and a state folds from an earlier one, so each record of a plan is read once, however often its
state is asked for.
"""

from __future__ import annotations

from threading import Lock

from laneshift.evidence.port import JournalPort
from laneshift.runs.plan import Plan
from laneshift.runs.state import BatchState, fold

_KEPT = 8


class States:
    """The last states of a few plans. Threads may share it."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[JournalPort, int, BatchState]] = {}
        self._lock = Lock()

    def of(self, journal: JournalPort, plan: Plan) -> BatchState:
        """The plan as its journal tells it now. Raises as `records` does."""
        with self._lock:
            seq, state = 0, None
            known = self._known.pop(plan.id, None)
            # A copy of a workshop shares this, and may have another journal.
            if known is not None and known[0] is journal and known[2].plan == plan:
                _, seq, state = known
            new = journal.records(prefix=f"{plan.id}/", after=seq)
            state = fold(plan, new, state)
            self._known[plan.id] = (journal, new[-1].seq if new else seq, state)
            while len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
            return state
