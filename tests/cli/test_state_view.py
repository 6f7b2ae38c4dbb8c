"""The line of status, to the letter, and that it names what a run takes next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.cli.landing import landing_line, then_of
from laneshift.cli.state_view import exit_code, grounds, leading, next_command, run_exit, state_data, status_line
from laneshift.evidence.records import Record
from laneshift.runs.arguments import Landing
from laneshift.runs.plan import PlannedItem
from laneshift.runs.state import BatchState, fold
from tests.runs.test_plan_files import plan

NAME = "labs.governance.guardian_system_integration"
STATES = ("ready-to-land", "verified", "quarantined", "held", "running")


def batch(states: list[str]) -> BatchState:
    """A batch whose items are in these states, by way of the journal."""
    names = [f"labs.m{number}" for number in range(len(states))]
    items = tuple(PlannedItem(name, at, name, f"{name}.py", f"new/{name}.py", "ready") for at, name in enumerate(names))
    whole = plan(batch="batch", batch_file="batch.tsv", items=items)
    told = []
    for name, state in zip(names, states, strict=True):
        facts: dict[str, Any] = {"plan": whole.id, "item": name}
        if state != "waiting":
            kind = "item.claimed" if state == "running" else "item.settled"
            told.append(Record(1, name, kind, 0, "a", "t", {**facts, "state": state}, "", "", ""))
    return fold(whole, told)


def test_the_line_is_the_one_that_teams_grep_for() -> None:
    state = batch(["ready-to-land"] * 12 + ["waiting"] * 94)
    line = status_line(state).replace("labs.m12", NAME)
    assert line == f"batch.tsv | total:106 done: 12 rem: 94 next:{NAME} | running:0 waiting:94 attention:0"


@given(st.lists(st.sampled_from([*STATES, "waiting"]), min_size=1, max_size=8))
def test_what_is_next_is_what_a_run_takes_first(states: list[str]) -> None:
    state = batch(states)
    first = next((item for item, found in zip(state.items, states, strict=True) if found == "waiting"), None)
    assert f" next:{first or '-'} | " in status_line(state)
    assert state_data(state)["next_item"] == first
    assert state.to_run()[:1] == ([first] if first else [])
    assert exit_code(state) == (1 if {"quarantined", "held"} & set(states) else 0)


@pytest.mark.parametrize(
    ("state", "then"),
    [
        (batch(["waiting", "quarantined"]), "laneshift run "),
        (batch(["ready-to-land", "quarantined"]), "laneshift land "),
        (batch(["quarantined"]), "laneshift inspect "),
        (replace(batch(["waiting"]), run={}), "laneshift resume"),
        (replace(batch(["ready-to-land"]), land={}), "laneshift resume"),
        (replace(batch(["verified"]), behind={}), "laneshift resume"),
        (replace(batch(["waiting", "quarantined"]), paused={"stage": 1}), "laneshift inspect "),
        (replace(batch(["ready-to-land"]), paused={"stage": 1}), "laneshift land "),
        (replace(batch(["waiting"]), canary={}), "laneshift resume"),
        (replace(batch(["verified"]), standing=({"tip": "t"},)), "laneshift verify batch"),
    ],
)
def test_the_next_command_follows_from_the_state(state: BatchState, then: str) -> None:
    assert next_command(state).startswith(then)


@pytest.mark.parametrize(
    ("states", "how", "code", "then"),
    [
        (["landed"], Landing(), 0, "laneshift verify batch"),
        (["landed", "held"], Landing(), 1, "laneshift inspect batch-"),
        (["landed", "quarantined"], Landing(), 1, "laneshift verify batch"),
        (["landed", "held", "ready-to-land"], Landing(), 1, "laneshift land batch-"),
        (["landed", "ready-to-land"], Landing(check=True), 0, "laneshift land batch-"),
        (["landed", "ready-to-land"], Landing(check=True), 1, "laneshift inspect batch-"),
    ],
)
def test_what_follows_a_landing_looks_into_what_failed(states: list[str], how: Landing, code: int, then: str) -> None:
    landed = replace(batch(states), standing=({"tip": "t"},))
    assert then_of(landed, "", how, code).startswith(then)


@pytest.mark.parametrize("verb", ["canary", "approve"])
def test_what_an_approval_waits_for_comes_before_run_and_land(verb: str) -> None:
    assert next_command(batch(["waiting"]), verb).startswith(f"laneshift {verb} batch-")
    assert next_command(batch(["ready-to-land"]), verb).startswith(f"laneshift {verb} batch-")
    assert next_command(batch(["quarantined"]), verb).startswith("laneshift inspect ")
    assert next_command(replace(batch(["waiting"]), run={}), verb) == "laneshift resume"


def test_a_pause_is_exit_4_until_it_is_lifted_and_is_told() -> None:
    state = replace(batch(["waiting", "quarantined"]), paused={"stage": 1, "failed": 3, "done": 11, "limit": "0.10"})
    assert (run_exit(state), exit_code(state)) == (4, 1)
    assert run_exit(replace(state, paused=None)) == 1
    assert grounds(state, None) == ["paused after stage 1: 3 of 11 item(s) failed"]
    assert state_data(state)["paused"]["limit"] == "0.10"


LANDED = {"result": "landed", "items": ["a", "b"], "tip": "1" * 40, "tree": "2" * 40}


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ({**LANDED, "remote": ""}, "2 item(s) landed on main: "),
        ({**LANDED, "remote": "origin"}, "2 item(s) landed on main of origin: "),
        ({"result": "green", "train": {"items": ["a"], "tree": "t"}}, "1 item(s) are green together: tree t"),
        (
            {"result": "red", "blamed": ["t.py::x"], "culprits": ["a", "b"]},
            "1 test(s) turn red because of a, b: t.py::x",
        ),
        ({"result": "nothing"}, "nothing is ready to land"),
    ],
)
def test_every_end_of_a_landing_has_its_sentence(outcome: dict[str, Any], says: str) -> None:
    assert landing_line(outcome, "refs/heads/main").startswith(says)


@pytest.mark.parametrize("left", ["waiting", "running", "ready-to-land", "quarantined", "held"])
def test_of_several_batches_the_one_with_something_left_leads(left: str) -> None:
    done, other = batch(["verified"]), batch(["verified", left])
    assert leading([done, other, batch([left])]) is other
    assert leading([done, batch(["verified"])]) is done
