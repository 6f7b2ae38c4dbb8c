"""Whether a plan has something unfinished, asked again and again: only what was recorded since is read each time."""

from __future__ import annotations

from dataclasses import dataclass, field

from laneshift.evidence.port import JournalPort
from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan
from laneshift.runs.state import fold

_OF_ITEMS = ("step.", "item.")


@dataclass
class Watch:
    """What the journal says of one plan, without what it says of its items."""

    journal: JournalPort
    plan: Plan
    _after: int = 0
    _kept: list[Record] = field(default_factory=list)

    def unfinished(self) -> bool:
        """Whether anything was begun and has not ended. Raises as the journal does."""
        new = self.journal.records(prefix=f"{self.plan.id}/", after=self._after)
        if new:
            self._after = new[-1].seq
            self._kept += [record for record in new if not record.kind.startswith(_OF_ITEMS)]
        return bool(fold(self.plan, self._kept).unfinished)
