"""Flows on a real engine: results, conditions, members, retries, sub-flows, new attempts and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.flows.model import Body, Input, Retry
from laneshift.runs.flowing import keys, records
from laneshift.runs.flowing.attempts import Attempts
from laneshift.runs.flowing.state import flow_run, flow_runs, folded
from tests.runs.flowing.workbench import Room, flow, states, step, value

QUICK = Retry(2, 0.01)
UNDO = Body("note", {"value": "undone"})


def test_results_go_from_step_to_step(room: Room) -> None:
    built = flow(
        "results",
        step("a", value={"half": 0.5, "list": [1, "x", None], "token": "${inputs.n + 1}"}),
        step("b", value="${steps.a.value.half * 4}"),
        step("c", value="n is ${inputs.n}, of ${flow.name} ${flow.attempt}"),
        inputs=(Input("n", "integer", 7),),
    )
    run = room.run(built, {"n": 2})
    assert run.state.name == "done"
    assert value(run, "a") == {"half": 0.5, "list": [1, "x", None], "token": 3}
    assert value(run, "b") == 2.0
    assert value(run, "c") == "n is 2, of results 1"
    assert run.inputs == {"n": 2}
    assert run.digest == built.digest


def test_a_step_whose_condition_does_not_hold_is_skipped_and_what_follows_is_not(room: Room) -> None:
    run = room.run(flow("when", step("a", when="false"), step("b", value="${steps.a.state}"), step("c", when="1 > 0")))
    assert states(run) == {"a": "skipped", "b": "done", "c": "done"}
    assert value(run, "b") == "skipped"


def test_branches_go_side_by_side_and_meet(room: Room) -> None:
    built = flow(
        "branches",
        step("a", value=1),
        step("b", "ask", "a", names=["left"]),
        step("b2", needs="b", value="${steps.b.value[0][1] + 1}"),
        step("c", "ask", "a", names=["right"]),
        step("d", needs="b2 c", value="${[steps.b2.value, steps.c.value[0][1]]}"),
    )
    run = room.ask(built)
    room.waiting(run, "b")
    room.waiting(run, "c")
    records.signal(room.shop, run, "right", 20, "bob@example.org")
    room.until(run, lambda found: found.step("c").state.name == "done")
    records.signal(room.shop, run, "left", 10, "bob@example.org")
    assert value(room.ended(run), "d") == [11, 20]


def test_members_are_done_so_many_at_once_and_their_values_keep_their_order(room: Room) -> None:
    room.bench.most_at_work = 0
    built = flow(
        "members",
        step("a", value=[5, 4, 3, 2, 1, 0]),
        step("b", each="steps.a.value", at_once=3, value="${item * 10 + index}"),
    )
    run = room.run(built)
    assert value(run, "b") == [50, 41, 32, 23, 14, 5]
    assert room.bench.most_at_work <= 3
    assert run.fans == {"b": 6}
    assert states(run)["b.5"] == "done"


def test_no_member_is_nothing_to_do(room: Room) -> None:
    run = room.run(flow("none", step("a", each="[]", at_once=2), step("b", value="${steps.a.value}")))
    assert value(run, "b") == []


def test_a_member_that_fails_fails_the_step_and_keeps_others_from_beginning(room: Room) -> None:
    run = room.run(flow("bad-member", step("a", "fail", each="[1, 2, 3]", until="${item}")))
    assert run.state.name == "failed"
    assert states(run) == {"a.0": "done", "a.1": "failed", "a.2": "cancelled", "a": "failed"}
    assert run.code == "x.bad"


def test_a_failure_is_tried_again_after_pauses(room: Room) -> None:
    run = room.run(flow("tries", step("a", "fail", until=3, retry=QUICK), step("b", value="${steps.a.value}")))
    assert value(run, "b") == 3
    assert run.step("a").tries == 3
    prefix = keys.of(run.id, 1, "a")
    kinds = [each.facts.get("state") for each in room.shop.journal.records(prefix=prefix)]
    assert kinds == [None, "paused", None, "paused", None, "done"]
    pauses = [each for each in room.shop.journal.records(prefix=prefix) if each.facts.get("state") == "paused"]
    assert [each.facts["until"] - each.at for each in pauses] == sorted(
        each.facts["until"] - each.at for each in pauses
    )


def test_only_the_codes_that_are_named_are_tried_again(room: Room) -> None:
    run = room.run(flow("codes", step("a", "fail", until=2, code="x.other", retry=Retry(2, 0.01, on=("x.bad",)))))
    assert run.state.name == "failed"
    assert (run.step("a").tries, run.step("a").code, run.code) == (1, "x.other", "x.other")
    assert run.step("a").what == "it is bad: because"


def test_a_step_that_may_fail_does_not_fail_its_flow(room: Room) -> None:
    built = flow(
        "mild", step("a", "fail", may_fail=True), step("b", when="steps.a.state == 'failed'", value="${steps.a.code}")
    )
    run = room.run(built)
    assert run.state.name == "done"
    assert value(run, "b") == "x.bad"


def test_an_expression_without_a_value_fails_its_step(room: Room) -> None:
    run = room.run(flow("no-value", step("a", value=1), step("b", value="${steps.a.value.none}")))
    assert (run.state.name, run.code, states(run)["b"]) == ("failed", "flow.no-value", "failed")
    assert room.run(flow("no-list", step("a", each="1"))).code == "flow.no-value"


def test_a_value_that_is_too_large_fails_its_step(room: Room) -> None:
    run = room.run(flow("large", step("a", value=["x" * 1000] * 300)))
    assert (run.state.name, run.code) == ("failed", "flow.value-too-large")


def test_secrets_are_in_no_value(room: Room) -> None:
    run = room.run(
        flow("secret", step("a", value={"password": "hunter2", "n": 1}), step("b", value="${steps.a.value}"))
    )
    assert value(run, "b") == {"password": "[redacted]", "n": 1}


def test_what_was_done_is_taken_back_in_reverse_order_of_its_end(room: Room) -> None:
    room.bench.done.clear()
    built = flow(
        "back",
        step("a", compensate=UNDO, value="A"),
        step("b"),
        step(
            "c", each="['x', 'y']", value="${item}", compensate=Body("note", {"value": "${item} of ${steps.a.value}"})
        ),
        step("d", compensate=Body("fail", {}, Retry(1, 0.01))),
        step("e", "fail", compensate=UNDO),
        step("f"),
    )
    run = room.run(built)
    assert (run.state.name, run.code) == ("failed", "x.bad")
    undone = ["undo 1/c.1/undo", "undo 1/c.0/undo", "undo 1/a/undo"]
    assert room.bench.done == ["do 1/a/do", "do 1/b/do", "do 1/c.0/do", "do 1/c.1/do", "do 1/d/do", *undone]
    assert states(run) == {
        "a": "undone",
        "b": "done",
        "c.0": "undone",
        "c.1": "undone",
        "c": "done",
        "d": "not-undone",
        "e": "failed",
    }
    told = [
        work.settings["value"]
        for work in room.bench.works
        if work.purpose == "undo" and f"/{run.id}/" in work.key and work.kind == "note"
    ]
    assert told == ["y of A", "x of A", "undone"]


def test_a_flow_may_keep_what_it_did(room: Room) -> None:
    run = room.run(flow("keep", step("a", compensate=UNDO), step("b", "fail"), on_failure="keep"))
    assert (run.state.name, states(run)) == ("failed", {"a": "done", "b": "failed"})


def test_a_branch_that_waits_ends_when_another_fails(room: Room) -> None:
    built = flow(
        "beside", step("a"), step("b", "wait", "a", signal="go"), step("c", "fail", "a"), step("d", needs="b c")
    )
    run = room.run(built)
    assert (run.state.name, run.code) == ("failed", "x.bad")
    assert states(run) == {"a": "done", "b": "cancelled", "c": "failed"}


PART = flow(
    "part",
    step("in", value="${inputs.n}", compensate=UNDO),
    step("hears", "wait", signal="go"),
    inputs=(Input("n", "integer", 1),),
)


def test_a_sub_flow_is_a_run_of_its_own_whose_results_come_back(room: Room) -> None:
    whole = flow(
        "whole-flow",
        step("a", "flow", flow="part", inputs={"n": "${1 + 1}"}),
        step("b", value="${steps.a.value['in']}"),
    )
    run = room.ask(whole, None, PART)
    child = f"{run}.a"
    room.until(run, lambda found: child in {each.id for each in flow_runs(room.shop.journal)})
    room.waiting(child)
    records.signal(room.shop, child, "go", None, "bob@example.org")
    found = room.ended(run)
    assert value(found, "b") == 2
    assert flow_run(room.shop.journal, child).parent == run


def test_a_sub_flow_is_cancelled_with_its_whole_and_taken_back(room: Room) -> None:
    run = room.ask(flow("cancel-part", step("a", "flow", flow="part")), None, PART)
    child = f"{run}.a"
    room.until(run, lambda found: child in {each.id for each in flow_runs(room.shop.journal)})
    room.waiting(child)
    records.cancel(room.shop, run, "bob@example.org")
    assert room.ended(run).state.name == "cancelled"
    assert states(room.ended(child)) == {"in": "undone", "hears": "cancelled"}


def test_a_sub_flow_with_bad_inputs_fails_its_step(room: Room) -> None:
    run = room.run(flow("bad-part", step("a", "flow", flow="part", inputs={"n": "${'x'}"})), None, PART)
    assert (run.state.name, run.code) == ("failed", "flow.bad-definition")


def test_a_new_attempt_keeps_what_is_done(room: Room) -> None:
    flow_one = flow(
        "again2",
        step("a", value=1),
        step("b", "fail", until="${2 if flow.attempt == 1 else 1}"),
        step("c", value="${steps.a.value + 1}"),
        on_failure="keep",
    )
    run = room.ask(flow_one)
    assert room.ended(run).state.name == "failed"
    with pytest.raises(Refused) as caught:
        records.retry(room.shop, flow_one, run, "bob@example.org", from_step="none")
    assert caught.value.code == "flow.unknown-step"
    records.retry(room.shop, Attempts(room.shop).flow(flow_run(room.shop.journal, run)), run, "bob@example.org")
    found = room.ended(run, 2)
    assert (found.state.name, value(found, "c"), found.kept) == ("done", 2, ("a",))
    assert [each for each in room.bench.works if each.key.startswith(f"flow/{run}/1/a/do@")]
    assert not [each for each in room.bench.works if each.key.startswith(f"flow/{run}/2/a/do@")]
    with pytest.raises(Refused) as caught:
        records.retry(room.shop, flow_one, run, "bob@example.org")
    assert caught.value.code == "flow.done"


def test_a_new_attempt_does_again_what_was_taken_back_or_is_asked_for(room: Room) -> None:
    built = flow(
        "redo",
        step("a", compensate=UNDO),
        step("x"),
        step("b", "fail", until="${3 - flow.attempt}"),
        step("c", "fail", until="${4 - flow.attempt}"),
    )
    run = room.ask(built)
    assert states(room.ended(run)) == {"a": "undone", "x": "done", "b": "failed"}
    records.retry(room.shop, built, run, "bob@example.org")
    assert states(room.ended(run, 2)) == {"a": "undone", "x": "done", "b": "done", "c": "failed"}
    assert records.kept(built, flow_run(room.shop.journal, run), "") == []
    records.retry(room.shop, built, run, "bob@example.org", from_step="a")
    assert states(room.ended(run, 3)) == {"a": "done", "x": "done", "b": "done", "c": "done"}


def test_the_same_key_is_the_same_run(room: Room) -> None:
    built = flow("keyed", step("a"))
    first = room.ask(built, key="2026-11-22T00:00Z")
    assert room.ask(built, key="2026-11-22T00:00Z") == first
    assert room.ask(built, key="other") != first
    room.ended(first)


def test_a_run_is_not_asked_for_with_bad_inputs(room: Room) -> None:
    with pytest.raises(Refused) as caught:
        room.ask(flow("inputs", step("a"), inputs=(Input("n", "integer", required=True),)), {"m": 1})
    assert [fault.code for fault in caught.value.faults] == ["flow.unknown-input", "flow.no-input"]


@pytest.mark.parametrize("name", ["", "../x", "x", "x-123", "a" * 400, "x-0123456789ab/../y"])
def test_what_is_no_id_of_a_run_is_refused(room: Room, name: str) -> None:
    with pytest.raises(Refused) as caught:
        flow_run(room.shop.journal, name)
    assert caught.value.code in ("flow.bad-run", "flow.no-run")


def test_folding_goes_on_from_where_it_was(room: Room) -> None:
    run = room.run(flow("fold", step("a", "fail", until=2, retry=QUICK), step("b", each="[1, 2]")))
    told = room.shop.journal.records(prefix=keys.of(run.id, ""))
    for cut in range(1, len(told)):
        before = folded(told[:cut])
        kept = before[run.id].as_json()
        assert folded(told[cut:], before)[run.id].as_json() == run.as_json()
        assert before[run.id].as_json() == kept


def test_the_journal_is_whole_at_the_end(room: Room, tmp_path: Path) -> None:
    room.run(flow("whole-journal", step("a")))
    assert room.shop.journal.check() == []
