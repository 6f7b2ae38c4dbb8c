"""Signals, times and cancelling, on a real engine."""

from __future__ import annotations

import pytest

from laneshift.errors import Refused
from laneshift.flows.model import Body, Retry
from laneshift.runs.flowing import records
from tests.runs.flowing.workbench import Room, flow, states, step, value

UNDO = Body("note", {"value": "undone"})


def test_a_signal_may_come_early_and_counts_once(room: Room) -> None:
    built = flow("early", step("a", "hold"), step("b", "wait", signal="go"), step("c", "wait", signal="go"), step("d"))
    room.bench.begun.clear()
    room.bench.free.clear()
    run = room.ask(built)
    room.bench.begun.wait()
    for _ in range(3):
        records.signal(room.shop, run, "go", 1, "bob@example.org", id_="one")
    room.bench.free.set()
    found = room.waiting(run, "c")
    assert value(found, "b") == {"value": 1, "by": "bob@example.org"}
    assert [each.taken for each in found.signals] == ["b"]
    records.signal(room.shop, run, "go", 2, "bob@example.org", id_="two")
    found = room.ended(run)
    assert value(found, "c") == {"value": 2, "by": "bob@example.org"}
    assert [each.taken for each in found.signals] == ["b", "c"]


def test_a_signal_that_comes_late_is_refused_and_one_told_again_is_not(room: Room) -> None:
    run = room.ask(flow("late", step("a", "wait", signal="go")))
    records.signal(room.shop, run, "go", None, "bob@example.org", id_="one")
    room.ended(run)
    with pytest.raises(Refused) as caught:
        records.signal(room.shop, run, "go", None, "bob@example.org")
    assert caught.value.code == "flow.ended"
    assert len(records.signal(room.shop, run, "go", None, "bob@example.org", id_="one").signals) == 1


def test_one_id_is_one_signal(room: Room) -> None:
    run = room.ask(flow("ids", step("a", "wait", signal="go")))
    records.signal(room.shop, run, "other", 1, "bob@example.org", id_="one")
    with pytest.raises(Refused) as caught:
        records.signal(room.shop, run, "go", 1, "bob@example.org", id_="one")
    assert caught.value.code == "flow.signal-twice"
    for bad in ("Go", "", "x" * 80):
        with pytest.raises(Refused):
            records.signal(room.shop, run, bad, 1, "bob@example.org")
    records.cancel(room.shop, run, "bob@example.org")
    room.ended(run)


def test_an_effect_may_ask_for_several_signals(room: Room) -> None:
    run = room.ask(flow("several", step("a", "ask", names=["yes", "no"], wanted=2)))
    room.waiting(run)
    records.signal(room.shop, run, "yes", 1, "bob@example.org")
    records.signal(room.shop, run, "maybe", 2, "bob@example.org")
    records.signal(room.shop, run, "no", 3, "eve@example.org")
    assert value(room.ended(run), "a") == [["bob@example.org", 1], ["eve@example.org", 3]]


def test_an_effect_that_is_not_ready_is_asked_again_as_the_same_attempt(room: Room) -> None:
    run = room.run(flow("polls", step("a", "poll", times=2)))
    assert (value(run, "a"), run.step("a").tries) == ("ready", 1)
    assert [times for key, times in room.bench.polled.items() if run.id in key] == [3]


def test_waiting_for_seconds_ends_by_itself(room: Room) -> None:
    run = room.run(flow("seconds", step("a", "wait", seconds=0.3), step("b", "wait", until=0)))
    assert run.state.name == "done"
    assert run.step("a").ended - run.step("a").began >= 300


def test_what_waits_too_long_has_timed_out(room: Room) -> None:
    run = room.run(flow("too-long", step("a", "wait", signal="go", timeout_seconds=0.2)))
    assert (run.state.name, run.code, states(run)) == ("timed-out", "flow.timed-out", {"a": "timed-out"})


def test_what_works_too_long_is_told_its_deadline(room: Room) -> None:
    room.bench.free.clear()
    run = room.run(
        flow("too-slow", step("a", "hold", timeout_seconds=0.2, retry=Retry(1, 0.01, on=("flow.timed-out",))))
    )
    assert (run.state.name, run.step("a").tries) == ("timed-out", 2)


def test_a_flow_has_a_time_too(room: Room) -> None:
    run = room.run(flow("whole", step("a", "wait", signal="go"), step("b"), timeout_seconds=0.3))
    assert (run.state.name, states(run)) == ("timed-out", {"a": "timed-out"})


def test_what_waits_ends_at_once_when_cancelled_and_what_was_done_is_taken_back(room: Room) -> None:
    run = room.ask(flow("cancel", step("a", compensate=UNDO), step("b", "wait", signal="go"), step("c")))
    room.waiting(run)
    records.cancel(room.shop, run, "bob@example.org")
    found = room.ended(run)
    assert (found.state.name, states(found)) == ("cancelled", {"a": "undone", "b": "cancelled"})
    assert found.cancelled_by == "bob@example.org"
    with pytest.raises(Refused):
        records.cancel(room.shop, run, "bob@example.org")


def test_what_is_at_work_is_asked_to_stop(room: Room) -> None:
    room.bench.begun.clear()
    room.bench.free.clear()
    run = room.ask(flow("stop", step("a", "hold"), step("b")))
    room.bench.begun.wait()
    records.cancel(room.shop, run, "bob@example.org")
    found = room.ended(run)
    assert (found.state.name, states(found)) == ("cancelled", {"a": "cancelled"})


def test_a_pause_ends_when_the_run_is_cancelled(room: Room) -> None:
    run = room.ask(flow("pause", step("a", "fail", retry=Retry(1, 3600.0, most_seconds=3600.0))))
    room.until(run, lambda found: found.step("a").state.name == "paused")
    records.cancel(room.shop, run, "bob@example.org")
    assert states(room.ended(run)) == {"a": "cancelled"}
