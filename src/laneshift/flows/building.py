"""Flows in Python: `define("nightly").step("test", "command", command=["make", "test"])` makes what TOML makes.

    flow = (
        define("nightly", "What every night does")
        .given("branch", "string", default="main")
        .step("health", "action", action="report.health", may_fail=True)
        .step("tell", "http", url="https://example.org/hook", method="POST", when="steps.health.state == 'failed'")
        .built()
    )
    print(written(flow))

Keywords that the model of a step does not know are settings of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from laneshift.flows.judging import ALONE, Surroundings, faults
from laneshift.flows.model import Body, Flow, Input, InputType, Json, OnFailure, Retry, Step
from laneshift.flows.reading import refused
from laneshift.flows.schedules import Policy, Schedule

_OWN = frozenset(each.name for each in fields(Step)) - {"name", "kind", "settings"}


@dataclass(frozen=True, slots=True)
class Building:
    """A flow in the making. Every method gives a new one."""

    flow: Flow

    def given(
        self, name: str, type_: InputType = "string", *, default: Json = None, required: bool = False, about: str = ""
    ) -> Building:
        """With one more input."""
        made = Input(name, type_, default, required, about)
        return Building(replace(self.flow, inputs=(*self.flow.inputs, made)))

    def step(self, name: str, kind: str, settings: Mapping[str, Json] | None = None, **more: Any) -> Building:
        """With one more step: of `more`, what `Step` has is the step's, and all else is a setting of its kind."""
        own = {each: value for each, value in more.items() if each in _OWN}
        if own.get("needs") is not None:
            own["needs"] = tuple(own["needs"])
        rest = {each: value for each, value in more.items() if each not in _OWN}
        made = Step(name, kind, {**(settings or {}), **rest}, **own)
        return Building(replace(self.flow, steps=(*self.flow.steps, made)))

    def at(self, cron: str, zone: str = "UTC", policy: Policy = "once", most: int = 24) -> Building:
        """Started by itself."""
        return Building(replace(self.flow, schedule=Schedule(cron, zone, policy, most)))

    def built(self, around: Surroundings = ALONE) -> Flow:
        """The flow. Raises `Refused` (`flow.bad-definition`) with everything that is wrong with it."""
        wrong = faults(self.flow, around)
        if wrong:
            raise refused(wrong, self.flow.name, lambda path: f"{self.flow.name}: {'.'.join(map(str, path))}")
        return self.flow


def define(
    name: str, description: str = "", *, on_failure: OnFailure = "compensate", timeout_seconds: float | None = None
) -> Building:
    """Begin a flow."""
    return Building(Flow(name, (), description, on_failure=on_failure, timeout_seconds=timeout_seconds))


def back(kind: str, *, retry: Retry | None = None, timeout_seconds: float | None = None, **settings: Json) -> Body:
    """What takes a step back."""
    return Body(kind, settings, retry or Retry(), timeout_seconds)
