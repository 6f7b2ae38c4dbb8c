"""Plans by name, for many requests: one that was read is kept, since the content of an id never changes."""

from __future__ import annotations

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.runs.plan_files import Plans
from laneshift.runs.plans_by_name import plan_by_name
from laneshift.server.kept import Kept

_KEPT = 64


class PlanShelf:
    """The plans of one repository. Safe to share among threads."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._kept: Kept[Plan] = Kept(_KEPT)

    def load(self, name: str) -> Plan:
        """The plan with this id, or the newest of this batch.

        Raises `Refused` (`plan.not-found`) also for what the command line would take for a file: nothing is read here
        that is not kept among the plans.
        """
        return plan_by_name(self._plans, name, self._read)

    def _read(self, name: str) -> Plan:
        kept = self._kept.get(name)
        if kept is None:
            kept = self._plans.load(name)
            self._kept.put(kept.id, kept)
        return kept

    def __contains__(self, name: str) -> bool:
        """Whether there is a plan, or a batch, of this name."""
        try:
            self.load(name)
        except Refused:
            return False
        return True

    def of_batch(self, batch: str) -> list[Plan]:
        """The plans of this batch."""
        return self._plans.readable(batch)

    def newest(self) -> list[Plan]:
        """The newest plan of each batch, by name."""
        return [self.load(batch) for batch in self._plans.batches()]

    def batches(self) -> list[str]:
        """Names of the batches that have a plan, in order."""
        return self._plans.batches()
