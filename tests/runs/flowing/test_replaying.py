"""Any flow, killed anywhere and any number of times, ends as it does when nobody kills it, with no effect twice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laneshift.flows.model import Body, Flow, Retry, Step
from laneshift.runs.flowing import keys, records
from laneshift.runs.flowing.effects import Done, Failed, Outcome, Work
from laneshift.runs.flowing.program import flow_program
from laneshift.runs.flowing.state import folded
from laneshift.runs.workshop import Workshop
from tests.repo.builders import repo_at
from tests.runs.flowing.remembering import Dying, Killed, Memory
from tests.toy import shop_at

PART = Flow("part", (Step("in", "note", {"value": 1}, compensate=Body("note")), Step("out", "note")))


@dataclass
class World:
    """Does every effect once for its key; remembers them in order."""

    done: list[str] = field(default_factory=list)

    def perform(self, work: Work) -> Outcome:
        if work.kind == "fail" and work.attempt < work.settings["until"]:
            return Failed("x.bad", "bad")
        name = f"{work.purpose} {work.key.partition('@')[0]}"
        if name not in self.done:
            self.done.append(name)
        return Done(work.settings.get("value"))

    def faults(self, *_: Any) -> list[tuple[str, str]]:
        return []


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    steps: list[Step] = []
    for number in range(draw(st.integers(1, 6))):
        before = [step.name for step in steps]
        kind, told = draw(
            st.sampled_from(
                [
                    ("note", {"value": number}),
                    ("note", {"value": "${flow.attempt}"}),
                    ("note", {"value": "${1 / 0}"}),
                    ("fail", {"until": 2}),
                    ("fail", {"until": 9}),
                    ("wait", {"signal": "go"}),
                    ("wait", {"signal": "never"}),
                    ("wait", {"seconds": 30}),
                    ("flow", {"flow": "part"}),
                ]
            )
        )
        each = draw(st.sampled_from(["", "", "[1, 2, 3]"]))
        steps.append(
            Step(
                f"s{number}",
                kind,
                told,
                needs=draw(st.none() | st.lists(st.sampled_from(before), unique=True).map(tuple)) if before else None,
                when=draw(st.sampled_from(["", "", "flow.attempt > 1"])),
                each=each,
                at_once=draw(st.integers(1, 3)) if each else 1,
                retry=draw(st.sampled_from([Retry(), Retry(1, 5.0)])),
                timeout_seconds=60.0 if kind == "wait" else None,
                compensate=None
                if kind == "flow"
                else draw(st.sampled_from([None, Body("note"), Body("fail", {"until": 2}, Retry(1))])),
                may_fail=draw(st.booleans()),
            )
        )
    return Flow("any", tuple(steps), on_failure=draw(st.sampled_from(["compensate", "keep"])))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    path: Path = tmp_path_factory.mktemp("replaying") / "repo"
    repo_at(path, {"a.txt": "x"})
    return shop_at(path)


def ended(shop: Workshop, flow: Flow, kills: list[tuple[int, bool]]) -> tuple[Any, list[str]]:
    """How a run ends whose processes are killed so; ids of runs are left out."""
    run = records.start(shop, {"any": flow, "part": PART}, "any", {}, "ada@example.org").id
    for number in range(3):
        records.signal(shop, run, "go", number, "ada@example.org")
    world, memory = World(), Memory()
    argument = {"run": run, "attempt": 1, "line": [[run, 1]], "until": None, "key": f"{run}#1"}
    for after, written in [*kills, (-1, False)]:
        dying = Dying(shop.journal, after, written)
        try:
            memory.run(flow_program(replace(shop, journal=dying), world, memory.clock), "flow", f"{run}#1", argument)
        except Killed:
            continue
    found = folded(shop.journal.records(prefix=f"{keys.PREFIX}{run}")).values()
    assert all(each.over for each in found)
    told = {
        each.id.removeprefix(run): (
            each.state.name,
            each.code,
            {str(place): (step.state, step.code, step.tries) for place, step in each.steps.items()},
        )
        for each in found
    }
    return told, [each.replace(run, "RUN") for each in world.done]


@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flow=flows(), kills=st.lists(st.tuples(st.integers(0, 25), st.booleans()), min_size=1, max_size=6))
def test_kills_change_nothing(shop: Workshop, flow: Flow, kills: list[tuple[int, bool]]) -> None:
    alone = ended(shop, flow, [])
    assert ended(shop, flow, kills) == alone
    undone = [each.removeprefix("undo ") for each in alone[1] if each.startswith("undo ")]
    done = [each.removeprefix("do ").removesuffix("/do") for each in alone[1] if each.startswith("do ")]
    backwards = [each.removesuffix("/undo") for each in undone]
    assert backwards == [each for each in reversed(done) if each in backwards]


def test_a_kill_at_every_append_changes_nothing(shop: Workshop) -> None:
    steps = (
        Step("a", "note", {"value": 1}, compensate=Body("note")),
        Step("b", "fail", {"until": 2}, each="[1, 2]", at_once=2, retry=Retry(1, 1.0), compensate=Body("note")),
        Step("c", "flow", {"flow": "part"}),
        Step("d", "wait", {"signal": "go"}),
        Step("e", "fail", {"until": 9}),
    )
    flow = Flow("any", steps)
    alone = ended(shop, flow, [])
    before = len(shop.journal.records())
    ended(shop, flow, [])
    for number in range(len(shop.journal.records()) - before):
        assert ended(shop, flow, [(number, number % 2 == 0)]) == alone
