"""What is kept of states is what the whole journal says, wherever it is asked in between."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from laneshift.evidence.records import Record, seal
from laneshift.runs.state import fold
from laneshift.server.live_states import LiveStates
from tests.runs.test_plan_files import plan

PLAN = plan()
OTHER = "other-0123456789"
ITEM = next(item.id for item in PLAN.items if item.to_run)
KINDS = ("run.started", "item.claimed", "step.began", "item.settled", "run.ended", "land.started", "land.ended")


@dataclass
class Told:
    """A journal whose records appear one after another."""

    all: list[Record]
    there: int = 0
    asked: list[int] = field(default_factory=list)

    def records(self, *, prefix: str | None = None, after: int = 0, **_: object) -> list[Record]:
        self.asked.append(after)
        found = [record for record in self.all[: self.there] if record.seq > after]
        return [record for record in found if record.key.startswith(prefix or "")]

    def tip(self) -> Record | None:
        return self.all[self.there - 1] if self.there else None


def record(number: int, kind: str, plan: str) -> Record:
    facts = {"plan": plan, "attempt": number, "item": ITEM, "step": "test", "state": "landed", "key": f"{plan}/run-1"}
    made = {"key": f"{plan}/{number}", "kind": kind, "at": 1, "actor": "a", "tool": "1", "facts": facts}
    return seal(seq=number, after=("sha256:" + "0" * 64, ""), **made)


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), max_size=20),
    st.lists(st.integers(0, 4), max_size=12),
)
def test_it_tells_what_the_whole_journal_tells(kinds: list[tuple[str, bool]], steps: list[int]) -> None:
    made = [record(at, kind, PLAN.id if mine else OTHER) for at, (kind, mine) in enumerate(kinds, 1)]
    journal = Told(made)
    states = LiveStates(journal)  # type: ignore[arg-type]
    for step in [*steps, len(made), 0]:
        journal.there = min(len(made), journal.there + step)
        assert states.of(PLAN) == fold(PLAN, made[: journal.there])
    # Whoever asked a moment ago makes nobody read the whole again.
    assert journal.asked[-1] == (made[-1].seq if made else 0) or not made
