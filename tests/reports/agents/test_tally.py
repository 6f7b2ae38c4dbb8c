"""The fold over the journal and the tally, on records made by hand: states, gates, times, differences with git."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.evidence.records import Record, seal
from laneshift.repo.numstat import Numstat
from laneshift.reports.agents.journal import Told, read
from laneshift.reports.agents.model import Author, Commit, History, Who
from laneshift.reports.agents.pages import html, markdown
from laneshift.reports.agents.tally import report

A, B = "a" * 40, "b" * 40
BAD = "<script>alert(1)</script> | *x*"


def record(kind: str, at: int, **facts: Any) -> Record:
    return seal(seq=1, key=f"{kind}/{at}", kind=kind, at=at, actor="", tool="t", facts=facts, after=("", ""))


def notes(gates: Mapping[str, str]) -> Any:
    return {"seen": {"verdicts": [{"gate": gate, "status": status} for gate, status in gates.items()]}}


STORY = [
    record("item.claimed", 1_000, plan="p", item="one"),
    record("item.claimed", 1_500, plan="p", item="two"),
    record("step.ended", 1_900, plan="p", item="two", step="gates", status="failed", notes="n"),
    record("item.settled", 2_000, plan="p", item="two", state="quarantined", step="gates", cause=BAD),
    record("item.settled", 3_000, plan="p", item="one", state="ready-to-land"),
    record("item.claimed", 3_100, plan="p", item="three"),
    record("run.ended", 3_200, plan="p"),
    record("land.recorded", 4_000, plan="p", items=["one"], base=A, tip=B),
]
COUNTS = (Numstat("x.py", 3, 1, "y.py"), Numstat("z.bin", None, None), Numstat("x.py", 1, 0))


def history(items: tuple[str, ...] = ("one",), key: str = "land.recorded/4000") -> History:
    commits = tuple(Commit(f"{at:040x}", item, "Bot@x", "a bot", 1, COUNTS) for at, item in enumerate(items))
    return History(B, commits, frozenset(), {key: tuple(each.oid for each in commits)})


def told() -> Told:
    return read(STORY, lambda _: notes({"lanes": "failed", "smoke": "passed", "imports": "errored"}))


BOT = {"bot@x": Who("bot@x", BAD, "ada@x")}
AUTHORS = {"p": Author("bot@x", "a bot")}


def test_a_story_is_told() -> None:
    found = report(told(), history(), AUTHORS, BOT)
    assert found.passes
    [bot] = found.agents
    assert {state: count for state, count in bot.states.items() if count} == {
        "landed": 1,
        "quarantined": 1,
        "waiting": 1,
    }
    assert (bot.gates, bot.milliseconds, bot.timed) == ({"lanes": 1, "imports": 1}, 2_500, 2)
    assert (bot.files, bot.added, bot.deleted, bot.commits) == (2, 4, 1, 1)


def test_a_second_attempt_forgets_the_rejection_of_the_first() -> None:
    again = [*STORY, record("item.claimed", 5_000, plan="p", item="two")]
    again.append(record("item.settled", 6_000, plan="p", item="two", state="ready-to-land"))
    found = read(again, lambda _: notes({}))
    assert found.rejected == {}
    assert found.states[("p", "two")] == "ready-to-land"


@pytest.mark.parametrize("fault", [LookupError("gone"), ValueError("bad"), None])
def test_evidence_that_cannot_be_read_is_a_fault(fault: Exception | None) -> None:
    def broken(_: str) -> Any:
        if fault is not None:
            raise fault
        return []

    assert len(read(STORY, broken).faults) == 1


def test_every_difference_is_named() -> None:
    assert "git has no commit of it" in report(told(), history(()), AUTHORS, BOT).faults[0]
    assert "says nothing" in report(told(), history(("one", "two")), AUTHORS, BOT).faults[0]
    gone = History(B, (), frozenset(), {"land.recorded/4000": None})
    assert "not in the history" in report(told(), gone, AUTHORS, BOT).faults[0]
    assert "not known here" in report(told(), history(), {}, BOT).faults[0]


def test_nothing_is_no_report() -> None:
    with pytest.raises(Refused, match="nobody has taken"):
        report(Told(), History(A, (), frozenset(), {}), {}, BOT)


@given(st.lists(st.tuples(st.sampled_from(["item.claimed", "item.settled", "run.ended"]), st.sampled_from("ab"))))
def test_states_add_up_to_what_was_taken(story: list[tuple[str, str]]) -> None:
    records = [record(kind, at, plan="p", item=item, state="held") for at, (kind, item) in enumerate(story)]
    found = read(records, lambda _: notes({}))
    assert set(found.states) == {("p", item) for kind, item in story if kind != "run.ended"}
    assert all(spent >= 0 for _, spent in found.took)


def test_nothing_in_the_pages_is_markup() -> None:
    found = report(told(), history(), AUTHORS, BOT)
    assert "<script" not in html(found) + markdown(found)
    assert "*x*" not in markdown(found)
    assert html(found).count("<svg") == 3
