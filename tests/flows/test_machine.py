"""The states of steps and flows, walked by hypothesis beside a table of all that may follow."""

from __future__ import annotations

import dataclasses
import inspect
from types import UnionType
from typing import Any, get_args, get_type_hints

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from laneshift.flows import machine as m

STEP = {
    "pending": {"began": "working", "skipped": "skipped", "failed": "failed"},
    "working": {"done": "done", "failed": "failed", "paused": "paused", "waits": "waiting"},
    "waiting": {"signalled": "working"},
    "paused": {"began": "working"},
    "done": {"taken_back": "undoing"},
    "undoing": {"undone": "undone", "failed": "not-undone"},
    **{name: {} for name in ("skipped", "failed", "cancelled", "timed-out", "undone", "not-undone")},
}
for _open in ("pending", "working", "waiting", "paused"):
    STEP[_open] |= {"cancelled": "cancelled", "timed_out": "timed-out"}

BAD = ("failed", "cancelled", "timed-out")
FLOW = {
    "asked": {"began": ("working",), "ended": BAD},
    "working": {"succeeded": ("done",), "stopping": ("undoing",)},
    "undoing": {"ended": BAD},
    "done": {},
    **{name: {"retried": ("asked",)} for name in BAD},
}
GIVEN = {"value": 1, "code": "x.y", "what": "z"}


def transitions(state: Any) -> dict[str, Any]:
    """The methods of a state."""
    # By name first: in early Python 3.11 not every private attribute of a class with slots can be read.
    named = {name: getattr(state, name) for name in dir(state) if not name.startswith("_")}
    return {name: method for name, method in named.items() if inspect.ismethod(method)}


def call(method: Any, **more: Any) -> Any:
    given = {**GIVEN, **more}
    return method(**{name: given[name] for name in inspect.signature(method).parameters})


class Steps(RuleBasedStateMachine):
    """One step and the name of its state."""

    @initialize()
    def begin(self) -> None:
        self.state: Any = m.Pending()
        self.name = "pending"
        self.done = 0
        self.attempts = 0

    @precondition(lambda self: STEP[self.name])
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(STEP[self.name])))
        self.attempts += name == "began"
        self.done += name == "done"
        self.state = call(transitions(self.state)[name])
        self.name = STEP[self.name][name]

    @rule()
    def rest(self) -> None:
        """Where nothing follows any more."""

    @invariant()
    def it_is_what_the_table_says(self) -> None:
        assert self.state.name == self.name
        assert sorted(transitions(self.state)) == sorted(STEP[self.name])
        assert self.done <= 1
        assert self.done == 1 or self.name not in ("done", "undoing", "undone", "not-undone")
        if isinstance(self.state, (m.Working, m.Waiting, m.Paused)):
            assert self.state.attempt == self.attempts


class Flows(RuleBasedStateMachine):
    """One flow and the name of its state."""

    @initialize()
    def begin(self) -> None:
        self.state: Any = m.Asked()
        self.name = "asked"

    @precondition(lambda self: FLOW[self.name])
    @rule(data=st.data(), end=st.sampled_from(BAD))
    def move(self, data: st.DataObject, end: str) -> None:
        name = data.draw(st.sampled_from(sorted(FLOW[self.name])))
        allowed = FLOW[self.name][name]
        self.state = call(transitions(self.state)[name], end=end)
        assert self.state.name in allowed
        self.name = self.state.name

    @rule()
    def rest(self) -> None:
        """Where nothing follows any more."""

    @invariant()
    def it_is_what_the_table_says(self) -> None:
        assert self.state.name == self.name
        assert sorted(transitions(self.state)) == sorted(FLOW[self.name])


TestSteps = Steps.TestCase
TestSteps.settings = settings(derandomize=True, deadline=None, max_examples=40, stateful_step_count=12)
TestFlows = Flows.TestCase
TestFlows.settings = settings(derandomize=True, deadline=None, max_examples=40, stateful_step_count=12)


def test_every_state_is_in_the_tables_and_none_can_be_changed() -> None:
    for union, table in ((m.StepState, STEP), (m.FlowState, FLOW)):
        assert isinstance(union, UnionType)
        for each in get_args(union):
            assert dataclasses.is_dataclass(each)
            assert each.__dataclass_params__.frozen
            names = set(BAD) if each is m.Stopped else {each.name}
            assert names <= table.keys()


def test_methods_say_by_type_where_they_lead() -> None:
    for each in (*get_args(m.StepState), *get_args(m.FlowState)):
        table = FLOW if each in get_args(m.FlowState) else STEP
        own = table["failed" if each is m.Stopped else each.name]
        for name, method in inspect.getmembers(each, inspect.isfunction):
            if name.startswith("_"):
                continue
            leads = get_type_hints(method)["return"]
            wanted = own[name] if isinstance(own[name], tuple) else (own[name],)
            assert (set(BAD) if leads is m.Stopped else {leads.name}) == set(wanted)
