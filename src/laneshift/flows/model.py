"""What a flow is: its inputs, its steps in order, and how each is tried, waited for and taken back.

Everything is frozen, and a flow has one canonical JSON, whose digest is what a run pins. Times are in seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from typing import Any, Literal

import rfc8785

from laneshift.evidence.canonical import digest_of
from laneshift.flows.schedules import Schedule

Json = Any
InputType = Literal["string", "integer", "number", "boolean", "list"]
INPUT_TYPES: tuple[InputType, ...] = ("string", "integer", "number", "boolean", "list")
OnFailure = Literal["compensate", "keep"]
Again = Literal["safe", "look", "ask"]

WAIT, SUB_FLOW = "wait", "flow"
"""The kinds of step that the run itself performs; all others are performed by effects."""


@dataclass(frozen=True, slots=True)
class Input:
    """What a run is given. An input is required when it has no default and says so."""

    name: str
    type: InputType = "string"
    default: Json = None
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step is tried again, and when: `first_seconds` after the first failure, then `factor` times longer.

    `times` counts the further attempts. With `on`, only failures with one of these codes are tried again.
    """

    times: int = 0
    first_seconds: float = 1.0
    factor: float = 2.0
    most_seconds: float = 300.0
    on: tuple[str, ...] = ()

    def pause(self, attempt: int) -> float:
        """Seconds to wait after the failure of `attempt`, which counts from 1."""
        # The exponent is bounded: a float overflows long before anybody has tried a thousand times.
        return min(self.first_seconds * self.factor ** min(attempt - 1, 64), self.most_seconds)

    def tries_again(self, attempt: int, code: str) -> bool:
        """Whether `attempt`, which failed with `code`, is followed by another."""
        return attempt <= self.times and (not self.on or code in self.on)


@dataclass(frozen=True, slots=True)
class Body:
    """Something to do that is no step of its own: what takes a step back."""

    kind: str
    settings: Mapping[str, Json] = field(default_factory=dict)
    retry: Retry = Retry()
    timeout_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `needs` of None is the step before it; an empty tuple is nothing.

    `when` and `each` are expressions. With `each` the step is done once for each member of that list, `at_once` at a
    time, and its value is the list of their values. `again` says what becomes of a step in whose midst the process
    died: it is repeated (`safe`), it looks first whether it was done (`look`), or a person is asked (`ask`).
    A step that `may_fail` does not fail its flow.
    """

    name: str
    kind: str
    settings: Mapping[str, Json] = field(default_factory=dict)
    needs: tuple[str, ...] | None = None
    when: str = ""
    each: str = ""
    at_once: int = 1
    retry: Retry = Retry()
    timeout_seconds: float | None = None
    compensate: Body | None = None
    again: Again = "safe"
    may_fail: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow as it was defined. `timeout_seconds` is for all of it; None is no bound."""

    name: str
    steps: tuple[Step, ...]
    description: str = ""
    inputs: tuple[Input, ...] = ()
    schedule: Schedule | None = None
    on_failure: OnFailure = "compensate"
    timeout_seconds: float | None = None

    def step(self, name: str) -> Step:
        """The step with this name. Raises `KeyError`."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def needs(self) -> dict[str, tuple[str, ...]]:
        """What every step needs, by name, in order: the step before it where it does not say."""
        found: dict[str, tuple[str, ...]] = {}
        before: tuple[str, ...] = ()
        for step in self.steps:
            found[step.name] = before if step.needs is None else step.needs
            before = (step.name,)
        return found

    def as_json(self) -> dict[str, Json]:
        """Plain data, without what is as it is by default."""
        told: dict[str, Json] = {"name": self.name, "steps": [_told(step) for step in self.steps]}
        told |= _told(self, without=("name", "steps", "inputs"))
        if self.inputs:
            told["inputs"] = [_told(each) for each in self.inputs]
        return told

    def canonical(self) -> bytes:
        """The canonical JSON, as bytes: the same for the same flow."""
        return rfc8785.dumps(self.as_json())

    @property
    def digest(self) -> str:
        """What a run pins."""
        return digest_of(self.canonical())


def from_json(told: Mapping[str, Json]) -> Flow:
    """The flow that `Flow.as_json` told of; nothing is judged again."""
    steps = tuple(_step(each) for each in told["steps"])
    inputs = tuple(Input(**each) for each in told.get("inputs", ()))
    schedule = Schedule(**told["schedule"]) if told.get("schedule") else None
    rest = {name: told[name] for name in ("name", "description", "on_failure", "timeout_seconds") if name in told}
    return Flow(steps=steps, inputs=inputs, schedule=schedule, **rest)


def _step(told: Mapping[str, Json]) -> Step:
    rest = dict(told)
    if rest.get("needs") is not None:
        rest["needs"] = tuple(rest["needs"])
    if "retry" in rest:
        rest["retry"] = _retry(rest["retry"])
    if rest.get("compensate") is not None:
        body = dict(rest["compensate"])
        rest["compensate"] = Body(**{**body, "retry": _retry(body.get("retry", {}))})
    return Step(**rest)


def _retry(told: Mapping[str, Json]) -> Retry:
    return Retry(**{**told, "on": tuple(told.get("on", ()))})


def _told(value: Any, without: tuple[str, ...] = ()) -> dict[str, Json]:
    """The fields of a frozen record that are not as by default."""
    told: dict[str, Json] = {}
    for each in fields(value):
        held = getattr(value, each.name)
        default = each.default if each.default_factory is MISSING else each.default_factory()
        if each.name in without or held == default:
            continue
        told[each.name] = _plain(held)
    return told


def _plain(held: Json) -> Json:
    if isinstance(held, Schedule):
        return asdict(held)
    if isinstance(held, (Retry, Body)):
        return _told(held)
    if isinstance(held, Mapping):
        return {str(name): _plain(each) for name, each in held.items()}
    if isinstance(held, (list, tuple)):
        return [_plain(each) for each in held]
    return held
