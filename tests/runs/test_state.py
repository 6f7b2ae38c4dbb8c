"""The fold of a journal into states: counts add up, other plans do not matter, and every part that begins can end."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from laneshift.evidence.records import Record
from laneshift.runs.plan import Plan
from laneshift.runs.state import fold
from tests.runs.test_plan_files import ITEMS, plan

MINE: Plan = plan()
OTHER: Plan = plan(when=1)
STATES = ("ready-to-land", "verified", "quarantined", "held")
IDS = [item.id for item in ITEMS]
RUNNABLE = [item.id for item in ITEMS if item.to_run]


def record(kind: str, **facts: Any) -> Record:
    return Record(1, kind, kind, 0, "a", "t", {"plan": MINE.id, **facts}, "", "", "")


def landed(items: list[str]) -> Record:
    return record("land.recorded", items=items, tip="t", key="k")


items = st.sampled_from(RUNNABLE)
events = st.one_of(
    st.builds(lambda item: record("item.claimed", item=item), items),
    st.builds(lambda item: record("step.began", item=item, step="move"), items),
    st.builds(lambda item, state: record("item.settled", item=item, state=state), items, st.sampled_from(STATES)),
    st.just(record("run.started", attempt=1, key="r", items=[], workers=1)),
    st.just(record("run.ended")),
    st.just(record("land.started", attempt=1, key="l")),
    st.just(record("land.ended")),
    st.builds(landed, st.lists(items, unique=True)),
    st.just(record("land.followed")),
    st.just(record("rollback.intended", attempt=1)),
    st.builds(lambda found: record("rollback.recorded", items=found), st.lists(items, unique=True)),
    st.just(record("ship.started", key="s", attempt=1)),
    st.just(record("ship.ended")),
    st.just(record("something.else")),
)


@given(st.lists(events, max_size=30))
def test_counts_always_add_up(found: list[Record]) -> None:
    state = fold(MINE, found)
    counts = state.counts()
    assert counts["total"] == len(ITEMS) == len(state.items)
    assert counts["done"] + counts["running"] + counts["waiting"] + counts["attention"] == counts["total"]
    assert min(counts.values()) >= 0
    assert set(state.to_run()) <= set(RUNNABLE)
    assert len(state.standing) <= len(state.landings)


@given(st.lists(events, max_size=12), st.lists(events, max_size=12), st.data())
def test_records_of_other_plans_do_not_matter(own: list[Record], others: list[Record], data: st.DataObject) -> None:
    foreign = [Record(1, r.kind, r.kind, 0, "a", "t", {**r.facts, "plan": OTHER.id}, "", "", "") for r in others]
    mixed = list(own)
    for found in foreign:
        mixed.insert(data.draw(st.integers(0, len(mixed))), found)
    assert fold(MINE, mixed) == fold(MINE, own)


def test_a_fold_leaves_its_plan_as_it_starts() -> None:
    state = fold(MINE, [])
    assert {item.id: item.state for item in state.items.values()} == {
        "labs.a": "waiting",
        "labs.b": "waiting",
        "line-3": "refused",
    }
    assert state.to_run() == ["labs.a", "labs.b"]
    assert state.unfinished == []


def test_what_was_at_work_when_a_run_ended_waits_again() -> None:
    begun = [record("run.started", attempt=1, key="r", items=IDS, workers=1), record("item.claimed", item="labs.a")]
    assert fold(MINE, begun).counts()["running"] == 1
    assert fold(MINE, begun).unfinished == ["run"]
    ended = fold(MINE, [*begun, record("run.ended")])
    assert ended.to_run() == ["labs.a", "labs.b"]
    assert ended.unfinished == []


def test_landings_are_taken_back_last_first() -> None:
    one, two = landed(["labs.a"]), landed(["labs.b"])
    both = fold(MINE, [one, two, record("land.followed")])
    assert both.landed == {**two.facts, "attempt": 0}
    back = fold(MINE, [one, two, record("land.followed"), record("rollback.recorded", items=["labs.b"])])
    assert back.landed == {**one.facts, "attempt": 0}
    assert back.items["labs.a"].state == "landed"
    assert back.items["labs.b"].state == "ready-to-land"
    assert len(back.landings) == 2


def test_a_landing_that_no_work_tree_followed_is_unfinished() -> None:
    assert fold(MINE, [landed(["labs.a"])]).unfinished == ["work-tree"]
