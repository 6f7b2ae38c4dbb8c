"""The state that a process keeps of a plan is what the whole journal tells, and no record is read twice for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence.journal import Journal
from laneshift.evidence.records import Record
from laneshift.runs.state import fold
from laneshift.runs.states import _KEPT, States
from tests.runs.test_plan_files import plan
from tests.runs.test_state import MINE, OTHER, events


class Noting(Journal):
    """A journal that notes which records were read."""

    def __init__(self, path: Path, actor: str) -> None:
        super().__init__(path, actor)
        self.read: list[int] = []

    def records(
        self, *, kind: str | None = None, prefix: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Record]:
        found = super().records(kind=kind, prefix=prefix, after=after, limit=limit)
        self.read += [record.seq for record in found]
        return found


@contextmanager
def a_journal() -> Iterator[Noting]:
    with TemporaryDirectory() as folder:
        journal = Noting.open(Path(folder) / "journal.sqlite", actor="tester")
        assert isinstance(journal, Noting)
        yield journal
        journal.close()


@given(st.lists(st.tuples(events, st.booleans(), st.booleans()), max_size=12))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_it_is_what_the_whole_journal_tells(found: list[tuple[Record, bool, bool]]) -> None:
    with a_journal() as journal:
        states = States()
        for number, (record, is_mine, is_asked) in enumerate(found):
            owner = MINE if is_mine else OTHER
            journal.append(f"{owner.id}/{number}", record.kind, {**record.facts, "plan": owner.id})
            if is_asked:
                whole = [each for each in Journal.records(journal) if each.key.startswith(f"{MINE.id}/")]
                assert states.of(journal, MINE) == fold(MINE, whole)
        states.of(journal, MINE)
        assert len(journal.read) == len(set(journal.read)) == sum(is_mine for _, is_mine, _ in found)


def test_few_plans_are_kept_and_one_that_is_not_is_read_anew() -> None:
    with a_journal() as journal:
        states = States()
        plans = [plan(when=1_000 + number) for number in range(_KEPT + 1)]
        for each in plans:
            journal.append(f"{each.id}/run-1/started", "run.started", {"plan": each.id, "attempt": 1, "key": "r"})
        for each in [*plans, plans[-1], plans[0]]:
            assert states.of(journal, each).run_attempt == 1
        assert journal.read == [*range(1, _KEPT + 2), 1]


def test_another_journal_is_read_for_itself() -> None:
    with a_journal() as one, a_journal() as other:
        states = States()
        one.append(f"{MINE.id}/run-1/started", "run.started", {"plan": MINE.id, "attempt": 1, "key": "r"})
        assert [states.of(journal, MINE).run_attempt for journal in (one, other, one)] == [1, 0, 1]
