"""The fold of events: the right outcome for each test, and red whenever the story is not whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.gates.sandbox import COMMAND, RunResult, SuiteResult
from laneshift.steps.runner import events, verdict

OK = RunResult(0, "", 1.0)


def phases(test: str, setup: str = "passed", call: str = "passed", teardown: str = "passed") -> list[dict[str, Any]]:
    """The events of one test; `x` in front of an outcome means that a failure was expected."""
    story: list[dict[str, Any]] = [{"event": "start", "id": test}]
    for when, outcome in (("setup", setup), ("call", call), ("teardown", teardown)):
        if outcome:
            told = {"when": when, "outcome": outcome.lstrip("x"), "xfail": outcome.startswith("x")}
            story.append({"event": "phase", "id": test, **told})
    return [*story, {"event": "end", "id": test}]


def session(*tests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events of a whole session."""
    ids = [story[0]["id"] for story in tests]
    middle = [event for story in tests for event in story]
    return [{"event": "collected", "ids": ids}, *middle, {"event": "finish", "status": 0}]


def read(story: list[dict[str, Any]]) -> events.Session:
    """What the fold makes of these events."""
    return events.read(json.dumps(event).encode() for event in story)


def judge(story: list[dict[str, Any]], run: RunResult = OK, selected: tuple[str, ...] = ()) -> SuiteResult:
    """The result of a run with these events."""
    return verdict.of(run, read(story), selected, ())


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ({}, "passed"),
        ({"call": "failed"}, "failed"),
        ({"call": "xskipped"}, "xfailed"),
        ({"call": "xpassed"}, "xpassed"),
        ({"call": "skipped"}, "skipped"),
        ({"setup": "skipped", "call": ""}, "skipped"),
        ({"setup": "xskipped", "call": ""}, "xfailed"),
        ({"setup": "failed", "call": ""}, "error"),
        ({"teardown": "failed"}, "error"),
        ({"call": "failed", "teardown": "failed"}, "failed"),
        ({"call": ""}, "lost"),
        ({"call": "unheard-of"}, "failed"),
    ],
)
def test_phases_make_one_outcome(parts: dict[str, str], outcome: str) -> None:
    assert read(session(phases("t", **parts))).outcomes == {"t": outcome}


def test_reruns_count_by_their_last_attempt() -> None:
    again = phases("t", call="rerun")[:-1] + phases("t")[1:]
    assert read(session(again)).outcomes == {"t": "passed"}
    assert read(session(phases("t", call="rerun")[:-1] + phases("t", call="failed")[1:])).outcomes == {"t": "failed"}
    assert read(session(phases("t", call="rerun"))).outcomes == {"t": "lost"}


def test_a_red_subtest_stays_red() -> None:
    story = phases("t", call="failed")
    story[3:3] = [{**story[2], "outcome": "passed"}]
    assert read(session(story)).outcomes == {"t": "failed"}


@given(st.permutations(["passed", "failed", "skipped", "xpassed"]))
def test_twins_keep_the_worst_in_any_order(outcomes: list[str]) -> None:
    story = session(*(phases("t", call=outcome) for outcome in outcomes))
    assert read(story).outcomes == {"t": "failed"}


STORY = session(phases("a::x"), phases("a::y", call="skipped"), phases("b::z"))


def test_the_whole_story_is_green() -> None:
    assert judge(STORY).green
    assert judge(STORY).failing == ()


@given(st.integers(min_value=0, max_value=len(STORY) - 1))
def test_a_story_that_breaks_off_is_never_green(length: int) -> None:
    result = judge(STORY[:length])
    assert not result.green
    assert result.failing


@given(st.integers(min_value=0, max_value=len(STORY) - 1))
def test_a_story_with_one_event_gone_is_green_only_if_nothing_was_lost(index: int) -> None:
    result = judge(STORY[:index] + STORY[index + 1 :])
    harmless = {"start", "collected"} | ({"end"} if STORY[index]["event"] == "end" else set())
    gone = STORY[index]
    if gone["event"] in harmless or gone.get("when") in {"setup", "teardown"}:
        assert result.green
    else:
        assert not result.green or gone["outcome"] == "skipped"


@given(st.binary(max_size=60).filter(lambda data: b"\n" not in data))
def test_lines_that_are_no_event_redden_the_run(line: bytes) -> None:
    lines = [json.dumps(event).encode() for event in STORY]
    told = events.read([*lines[:3], line, *lines[3:]])
    assert told.unreadable == 1
    assert verdict.of(OK, told, (), ()).failing == (COMMAND,)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["event", "id", "ids", "when"]), inner),
    max_leaves=8,
)


@given(st.lists(json_values, max_size=8), st.integers(min_value=0, max_value=2), st.booleans())
def test_green_and_failing_never_contradict_each_other(story: list[Any], status: int, late: bool) -> None:
    result = judge([*STORY[:4], *story], RunResult(status, "", 1.0, late))
    assert result.green == (not result.failing)


@pytest.mark.parametrize("run", [RunResult(1, "", 1.0), RunResult(0, "", 1.0, timed_out=True), RunResult(-9, "", 1.0)])
def test_a_run_that_ended_badly_is_red_although_every_test_passed(run: RunResult) -> None:
    assert judge(STORY, run).failing == (COMMAND,)


def test_after_a_bad_end_only_tests_that_began_are_lost() -> None:
    broken = [{"event": "collected", "ids": ["t::a", "t::b", "t::c"]}, *phases("t::a"), phases("t::b")[0]]
    assert judge(broken, RunResult(-9, "", 1.0)).failing == ("t::b",)
    assert judge(broken).failing == (COMMAND, "t::b", "t::c")


def test_selected_ids_are_accounted_for() -> None:
    chosen = ("a", "a::x", "a::y", "b::z[1]", "c", "a::xx")
    assert judge(STORY, selected=chosen).missing == ("a::xx", "b::z[1]", "c")
    left_out = [*STORY, {"event": "deselected", "ids": ["c::d[1]"]}]
    assert judge(left_out, selected=("c::d", "c")).missing == ()
    broken = [*STORY, {"event": "collect-error", "id": "c"}]
    result = judge(broken, selected=("c::d", "e"))
    assert result.missing == ("e",)
    assert result.failing == ("c", "e")


@pytest.mark.parametrize(
    ("run", "green"),
    [
        (RunResult(0, "built", 1.0), True),
        (RunResult(0, "Ran 3 tests in 0.1s\n\nOK", 1.0), True),
        (RunResult(0, "Ran 0 tests in 0.0s\n\nOK", 1.0), False),
        (RunResult(0, "Ran 0 tests in 0.0s\nRan 2 tests in 0.1s\n\nOK", 1.0), True),
        (RunResult(0, "===== no tests ran in 0.01s =====", 1.0), False),
        (RunResult(1, "built", 1.0), False),
        (RunResult(0, "built", 1.0, timed_out=True), False),
    ],
)
def test_a_coarse_command_is_green_only_when_it_ended_well(run: RunResult, green: bool) -> None:
    assert verdict.coarse(run).green is green
