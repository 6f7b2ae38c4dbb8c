"""A flow, its canonical JSON and its TOML say the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from laneshift.errors import Refused
from laneshift.flows.building import back, define
from laneshift.flows.judging import ALONE, faults
from laneshift.flows.model import Body, Flow, Retry, Step, from_json
from laneshift.flows.reading import read
from laneshift.flows.writing import written
from tests.flows.drawn import flows

SETTINGS = settings(derandomize=True, deadline=None, max_examples=25)


@SETTINGS
@given(flows())
def test_what_is_written_as_toml_reads_as_the_same_flow(flow: Flow) -> None:
    assert faults(flow) == []
    again = read(written(flow).encode(), "x.toml", flow.name, ALONE)
    assert again.as_json() == flow.as_json()
    assert again.digest == flow.digest


@SETTINGS
@given(flows())
def test_a_flow_comes_back_from_its_canonical_json(flow: Flow) -> None:
    again = from_json(json.loads(flow.canonical()))
    assert again.digest == flow.digest
    assert again.needs() == flow.needs()


def test_the_digest_changes_with_the_flow() -> None:
    flow = Flow("one", (Step("a", "command", {"command": ["true"]}),))
    other = Flow("one", (Step("a", "command", {"command": ["false"]}),))
    assert flow.digest != other.digest
    assert "retry" not in flow.as_json()["steps"][0]


def test_a_step_that_does_not_say_what_it_needs_comes_after_the_one_before() -> None:
    flow = Flow("one", (Step("a", "x"), Step("b", "x"), Step("c", "x", needs=()), Step("d", "x", needs=("a",))))
    assert flow.needs() == {"a": (), "b": ("a",), "c": (), "d": ("a",)}


def test_pauses_grow_up_to_their_bound() -> None:
    retry = Retry(times=5, first_seconds=1.0, factor=3.0, most_seconds=10.0, on=("x.busy",))
    assert [retry.pause(attempt) for attempt in (1, 2, 3, 4)] == [1.0, 3.0, 9.0, 10.0]
    assert retry.tries_again(5, "x.busy")
    assert not retry.tries_again(6, "x.busy")
    assert not retry.tries_again(1, "x.other")
    assert Retry(times=100, factor=100.0).pause(100) == 300.0


def test_python_makes_what_toml_makes() -> None:
    built = (
        define("ship", "Ships it", on_failure="keep")
        .given("branch", default="main")
        .step("test", "command", command=["make", "test"], retry=Retry(2), compensate=back("command", command=["undo"]))
        .step("tell", "http", {"json": {"ok": "${steps.test.value.code}"}}, url="https://x.example", needs=["test"])
        .at("0 3 * * *", "Europe/Berlin", "skip")
        .built()
    )
    assert read(written(built).encode(), "ship.toml", "ship", ALONE) == built
    assert built.step("test").compensate == Body("command", {"command": ["undo"]})
    assert built.step("tell").needs == ("test",)


def test_python_is_told_every_fault_too() -> None:
    with pytest.raises(Refused) as caught:
        define("Bad").step("a", "x", when="1 +").step("a", "x", url="${inputs.none}").built()
    assert {fault.code for fault in caught.value.faults} == {
        *("flow.bad-name", "flow.bad-expression", "flow.twice", "flow.unknown-input"),
    }
