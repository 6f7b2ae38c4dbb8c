"""Plans by name, for many requests: one that was read is kept, since the content of an id never changes."""

from __future__ import annotations

import re

from laneshift.errors import Refused
from laneshift.runs.plan import Plan
from laneshift.runs.plan_files import Plans, not_found
from laneshift.server.kept import Kept

_NAME = re.compile(r"[^/\\\x00-\x1f\x7f]{1,300}")
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
        if not _NAME.fullmatch(name) or name.startswith(".") or name.endswith(".json"):
            raise not_found(name[:100])
        try:
            wanted = self._plans.latest(name) or name
            kept = self._kept.get(wanted)
            if kept is None:
                kept = self._plans.load(wanted)
                self._kept.put(kept.id, kept)
        except (OSError, ValueError) as error:
            raise not_found(name[:100]) from error
        except Refused as error:
            # The batches that there are, are told to whoever may list them.
            raise (not_found(name[:100]) if error.code == "plan.not-found" else error) from error
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
