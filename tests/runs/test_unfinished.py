"""Whether something is unfinished, told by reading only what is new."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from laneshift.evidence.records import Record, seal
from laneshift.runs.plan import Plan
from laneshift.runs.state import fold
from laneshift.runs.unfinished import Watch
from tests.runs.test_plan_files import plan as a_plan
from tests.toy import shop_at

PLAN = a_plan()
KINDS = ("run.started", "run.ended", "land.started", "land.ended", "ship.started", "ship.ended", "step.began")


class Told:
    """A journal whose records appear one after another, and which counts how many were read."""

    def __init__(self, records: list[Record]) -> None:
        self.all = records
        self.there = 0
        self.read = 0

    def records(
        self, *, kind: str | None = None, prefix: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Record]:
        found = [record for record in self.all[: self.there] if record.seq > after]
        assert prefix == f"{PLAN.id}/"
        self.read += len(found)
        return found


def record(number: int, kind: str) -> Record:
    facts = {"plan": PLAN.id, "attempt": number, "item": PLAN.items[0].id, "step": "test"}
    made = {"key": f"{PLAN.id}/{number}", "kind": kind, "at": 1, "actor": "a", "tool": "1", "facts": facts}
    return seal(seq=number, after=("sha256:" + "0" * 64, ""), **made)


@given(st.lists(st.sampled_from(KINDS), max_size=12), st.lists(st.integers(0, 3), max_size=12))
def test_it_tells_what_the_whole_journal_tells_and_reads_every_record_once(kinds: list[str], steps: list[int]) -> None:
    journal = Told([record(number, kind) for number, kind in enumerate(kinds, 1)])
    watch = Watch(journal, PLAN)  # type: ignore[arg-type]
    for step in [*steps, len(kinds)]:
        journal.there = min(len(kinds), journal.there + step)
        assert watch.unfinished() is bool(fold(PLAN, journal.all[: journal.there]).unfinished)
    assert journal.read == journal.there


def test_a_run_that_has_ended_is_finished_and_one_that_begins_is_not(mine: Path) -> None:
    shop = shop_at(mine)
    plan: Plan = shop.plans.load("batch")
    watch = Watch(shop.journal, plan)
    assert not watch.unfinished()
    key = f"{plan.id}/land-1"
    facts = {"plan": plan.id, "key": key, "attempt": 1, "items": [], "only": [], "check": False, "remote": ""}
    shop.journal.append(f"{key}/started", "land.started", facts)
    assert watch.unfinished()
    shop.journal.append(f"{key}/ended", "land.ended", {"plan": plan.id})
    assert not watch.unfinished()
