"""What is wrong with a flow: everything at once, each fault with a stable code and its place in the definition. Pure.

Whatever passes here can be run: names are known, expressions can be read and speak of what is there by then, and the
steps need each other in no circle.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from laneshift.evidence.redaction import redact
from laneshift.flows.advice import advice_faults
from laneshift.flows.expressions import ExpressionError, named_in, parsed, places
from laneshift.flows.model import INPUT_TYPES, SUB_FLOW, WAIT, Again, Body, Flow, Input, Json, OnFailure, Retry, Step
from laneshift.flows.order import above
from laneshift.flows.schedules import schedule_faults
from laneshift.flows.toml_lines import Path

NAME = re.compile(r"[a-z][a-z0-9_-]{0,47}")
MOST_STEPS = 200
MOST_AT_ONCE = 64
_MOST_TRIES = 100
_LONGEST = 366 * 86_400.0
_DEEPEST = 5
_TYPES: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "list": list,
}
_FLOW_NAMES = frozenset({"id", "name", "attempt"})
_RESULT_NAMES = frozenset({"state", "value", "code", "what"})

KindFaults = Callable[[str, Mapping[str, Json], Callable[[Json], bool]], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One fault. `path` leads to it through tables, keys and numbers of array members."""

    code: str
    path: Path
    what: str


def any_settings(_kind: str, _settings: Mapping[str, Json], _open: Callable[[Json], bool]) -> list[tuple[str, str]]:
    """Nothing is known of kinds, so nothing is wrong."""
    return []


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a flow may refer to. `kinds` is empty where nothing is known of them; `flows` gives a flow by its name."""

    kinds: frozenset[str] = frozenset()
    kind_faults: KindFaults = any_settings
    flows: Callable[[str], Flow | None] | None = field(default=None)


ALONE = Surroundings()


def faults(flow: Flow, around: Surroundings = ALONE) -> list[Wrong]:
    """Everything that is wrong with `flow`; none when it can be run."""
    return [*_of_flow(flow), *_of_order(flow), *_of_steps(flow, around), *_of_advice(flow)]


def input_faults(flow: Flow, given: Mapping[str, Json]) -> list[Wrong]:
    """What is wrong with the inputs that a run is given."""
    known = {each.name: each for each in flow.inputs}
    found = [
        Wrong("flow.unknown-input", ("inputs", name), "the flow has no such input") for name in given.keys() - known
    ]
    for name, each in known.items():
        if name not in given and each.required and each.default is None:
            found.append(Wrong("flow.no-input", ("inputs", name), "this input is required"))
        elif name in given and not fits(each.type, given[name]):
            found.append(Wrong("flow.bad-input", ("inputs", name), f"this input is a {each.type}"))
    return sorted(found, key=lambda wrong: str(wrong.path))


def with_defaults(flow: Flow, given: Mapping[str, Json]) -> dict[str, Json]:
    """Every input of the flow with its value."""
    return {each.name: given.get(each.name, each.default) for each in flow.inputs}


def fits(kind: str, value: Json) -> bool:
    """Whether a value is of an input's type."""
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind]) and not _not_json(value)


def open_text(value: Json) -> bool:
    """Whether an expression stands in `value`, so that nobody knows yet what it comes to."""
    return isinstance(value, str) and "${" in value.replace("$${", "")


def _of_flow(flow: Flow) -> Iterator[Wrong]:
    if not NAME.fullmatch(flow.name):
        yield Wrong("flow.bad-name", ("name",), "a name has small letters, digits, - and _, and begins with a letter")
    if not flow.steps:
        yield Wrong("flow.no-steps", ("steps",), "a flow has at least one step")
    if len(flow.steps) > MOST_STEPS:
        yield Wrong("flow.too-many-steps", ("steps",), f"a flow has at most {MOST_STEPS} steps")
    if flow.on_failure not in get_args(OnFailure):
        yield Wrong("flow.bad-value", ("on_failure",), f"this is one of {', '.join(get_args(OnFailure))}")
    yield from _bounded((("timeout_seconds",), flow.timeout_seconds, 0.001, _LONGEST))
    for each in flow.inputs:
        yield from _of_input(each, scheduled=flow.schedule is not None)
    if flow.schedule is not None:
        told = flow.schedule
        for name, what in schedule_faults(told.cron, told.zone, told.policy, told.most):
            yield Wrong("flow.bad-schedule", ("schedule", name), what)


def _of_input(each: Input, *, scheduled: bool) -> Iterator[Wrong]:
    path: Path = ("inputs", each.name)
    if not NAME.fullmatch(each.name):
        yield Wrong("flow.bad-name", path, "a name has small letters, digits, - and _, and begins with a letter")
    if redact({each.name: "x"}) != {each.name: "x"}:
        yield Wrong("flow.secret-input", path, "a secret is no input, it would go on record: name it by { env = NAME }")
    if each.type not in INPUT_TYPES:
        yield Wrong("flow.bad-value", (*path, "type"), f"this is one of {', '.join(INPUT_TYPES)}")
    elif each.default is not None and not fits(each.type, each.default):
        yield Wrong("flow.bad-input", (*path, "default"), f"the default is no {each.type}")
    if scheduled and each.required and each.default is None:
        yield Wrong("flow.nobody-asks", path, "a flow that starts by itself has a default for each input")


def _of_order(flow: Flow) -> Iterator[Wrong]:
    names = [step.name for step in flow.steps]
    for number, step in enumerate(flow.steps):
        for need in step.needs or ():
            if need not in names:
                yield Wrong("flow.unknown-step", ("steps", number, "needs"), f"there is no step {need!r}")
            elif step.needs and step.needs.count(need) > 1:
                yield Wrong("flow.twice", ("steps", number, "needs"), f"{need!r} is named twice")
    circle = [name for name, before in above(flow.needs()).items() if name in before and names.count(name) == 1]
    for number, step in enumerate(flow.steps):
        if step.name in names[:number]:
            yield Wrong("flow.twice", ("steps", number, "name"), f"another step is called {step.name!r}")
        elif step.name in circle:
            yield Wrong(
                "flow.circle", ("steps", number, "needs"), f"{step.name!r} needs itself, by way of what it needs"
            )


def _of_steps(flow: Flow, around: Surroundings) -> Iterator[Wrong]:
    before = above(flow.needs())
    for number, step in enumerate(flow.steps):
        path: Path = ("steps", number)
        scope = _Scope(flow, before.get(step.name, frozenset()), item=bool(step.each))
        yield from _of_step(step, path)
        yield from _expression(step.when, (*path, "when"), _Scope(flow, scope.steps, item=False))
        yield from _expression(step.each, (*path, "each"), _Scope(flow, scope.steps, item=False))
        yield from _of_settings(step.kind, step.settings, path, scope, around)
        if step.kind == SUB_FLOW:
            yield from _of_sub_flow(flow, step, path, around)
        if step.compensate is not None:
            own = _Scope(flow, scope.steps | {step.name}, item=bool(step.each))
            yield from _of_body(step.compensate, (*path, "compensate"), own, around)


def _of_advice(flow: Flow) -> Iterator[Wrong]:
    numbers = {step.name: number for number, step in enumerate(flow.steps)}
    for name, what in advice_faults(flow):
        yield Wrong("flow.advice-decides", ("steps", numbers[name]), what)


def _of_step(step: Step, path: Path) -> Iterator[Wrong]:
    if step.name and not NAME.fullmatch(step.name):
        what = "a name has small letters, digits, - and _, and begins with a letter"
        yield Wrong("flow.bad-name", (*path, "name"), what)
    if step.again not in get_args(Again):
        yield Wrong("flow.bad-value", (*path, "again"), f"this is one of {', '.join(get_args(Again))}")
    if step.kind == WAIT and step.again != "safe":
        yield Wrong("flow.bad-value", (*path, "again"), "waiting has no effect that could be doubled")
    yield from _bounded(
        ((*path, "at_once"), step.at_once, 1, MOST_AT_ONCE),
        ((*path, "timeout_seconds"), step.timeout_seconds, 0.001, _LONGEST),
    )
    yield from _of_retry(step.retry, (*path, "retry"))
    if step.at_once != 1 and not step.each:
        yield Wrong("flow.no-each", (*path, "at_once"), "only a step with `each` is done several times")


def _of_body(body: Body, path: Path, scope: _Scope, around: Surroundings) -> Iterator[Wrong]:
    yield from _of_retry(body.retry, (*path, "retry"))
    yield from _bounded(((*path, "timeout_seconds"), body.timeout_seconds, 0.001, _LONGEST))
    if body.kind in (SUB_FLOW, WAIT):
        yield Wrong("flow.bad-value", (*path, "kind"), f"a step is not taken back by {body.kind!r}")
    yield from _of_settings(body.kind, body.settings, path, scope, around)


def _of_retry(retry: Retry, path: Path) -> Iterator[Wrong]:
    yield from _bounded(
        ((*path, "times"), retry.times, 0, _MOST_TRIES),
        ((*path, "first_seconds"), retry.first_seconds, 0.0, _LONGEST),
        ((*path, "factor"), retry.factor, 1.0, 100.0),
        ((*path, "most_seconds"), retry.most_seconds, 0.0, _LONGEST),
    )


def _bounded(*told: tuple[Path, float | None, float, float]) -> Iterator[Wrong]:
    for path, value, least, most in told:
        if value is not None and not least <= value <= most:
            yield Wrong("flow.out-of-range", path, f"this is from {least:g} to {most:g}")


def _of_settings(
    kind: str, settings: Mapping[str, Json], path: Path, scope: _Scope, around: Surroundings
) -> Iterator[Wrong]:
    known = around.kinds | {WAIT, SUB_FLOW}
    if kind and around.kinds and kind not in known:
        yield Wrong(
            "flow.unknown-kind", (*path, "kind"), f"there is no kind {kind!r}; there are {', '.join(sorted(known))}"
        )
        return
    for name, value in settings.items():
        if _not_json(value):
            yield Wrong("flow.bad-type", (*path, name), "this is no value of JSON")
        yield from _open_places(value, (*path, name), scope)
    if kind == WAIT:
        yield from _of_wait(settings, path)
    elif kind not in ("", SUB_FLOW):
        for place, what in around.kind_faults(kind, settings, open_text):
            yield Wrong("flow.bad-settings", (*path, *place.removeprefix("settings.").split(".")), what)


def _of_wait(settings: Mapping[str, Json], path: Path) -> Iterator[Wrong]:
    ways = [name for name in ("signal", "seconds", "until") if name in settings]
    if len(ways) != 1 or settings.keys() - {"signal", "seconds", "until"}:
        yield Wrong("flow.bad-settings", path, "a step waits for a `signal`, for `seconds`, or `until` a Unix time")
        return
    value = settings[ways[0]]
    if open_text(value):
        return
    if ways[0] == "signal" and not (isinstance(value, str) and NAME.fullmatch(value)):
        yield Wrong("flow.bad-settings", (*path, "signal"), "a signal has a name as a step has")
    if ways[0] != "signal" and not (fits("number", value) and value >= 0):
        yield Wrong("flow.bad-settings", (*path, ways[0]), "this is a number of seconds")


def _of_sub_flow(flow: Flow, step: Step, path: Path, around: Surroundings) -> Iterator[Wrong]:
    name, given = step.settings.get("flow"), step.settings.get("inputs", {})
    if not isinstance(name, str) or open_text(name) or not isinstance(given, Mapping):
        yield Wrong("flow.bad-settings", path, "a sub-flow has `flow`, the name of one, and may have a table `inputs`")
        return
    if around.flows is None:
        return
    found = around.flows(name)
    if found is None:
        yield Wrong("flow.unknown-flow", (*path, "flow"), f"there is no flow {name!r}")
        return
    if _leads_to(found, flow.name, around.flows, _DEEPEST):
        yield Wrong("flow.circle", (*path, "flow"), f"{name!r} comes to {flow.name!r} again, or lies too deep")
    known = {each.name: each for each in found.inputs}
    for each in sorted(given.keys() - known):
        yield Wrong("flow.unknown-input", (*path, "inputs", each), f"{name!r} has no such input")
    for each, wanted in known.items():
        if each not in given and wanted.required and wanted.default is None:
            yield Wrong("flow.no-input", (*path, "inputs"), f"{name!r} requires {each!r}")


def _leads_to(flow: Flow, name: str, flows: Callable[[str], Flow | None], depth: int) -> bool:
    if flow.name == name or depth == 0:
        return True
    named = [str(step.settings.get("flow")) for step in flow.steps if step.kind == SUB_FLOW]
    found = [flows(each) for each in named]
    return name in named or any(_leads_to(each, name, flows, depth - 1) for each in found if each is not None)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What an expression may speak of."""

    flow: Flow
    steps: frozenset[str]
    item: bool

    def fault(self, path: tuple[str, ...]) -> tuple[str, str] | None:
        """The code and the words of what is wrong with reading `path`."""
        first, rest = path[0], path[1:]
        if first in ("true", "false", "null") or (first in ("item", "index") and self.item):
            return None
        if first == "inputs":
            known = {each.name for each in self.flow.inputs}
            wrong = rest and not {rest[0], rest[0].replace("_", "-")} & known
            return ("flow.unknown-input", f"there is no input {rest[0]!r}") if wrong else None
        if first == "flow":
            return (
                ("flow.unknown-name", f"a flow has {', '.join(sorted(_FLOW_NAMES))}")
                if rest and (rest[0] not in _FLOW_NAMES)
                else None
            )
        if first == "steps":
            return self._step_fault(rest)
        return "flow.unknown-name", f"there is no {first!r} here"

    def _step_fault(self, rest: tuple[str, ...]) -> tuple[str, str] | None:
        if not rest:
            return None
        spelled = {rest[0], rest[0].replace("_", "-")}
        if not spelled & {step.name for step in self.flow.steps}:
            return "flow.unknown-step", f"there is no step {rest[0]!r}"
        if not spelled & self.steps:
            return "flow.not-before", f"{rest[0]!r} need not have ended by then: name it in `needs`"
        if len(rest) > 1 and rest[1] not in _RESULT_NAMES:
            return "flow.unknown-name", f"a result has {', '.join(sorted(_RESULT_NAMES))}"
        return None


def _expression(text: str, path: Path, scope: _Scope) -> Iterator[Wrong]:
    if not text:
        return
    try:
        parsed(text)
        names = sorted(named_in(text))
    except ExpressionError as error:
        yield Wrong("flow.bad-expression", path, str(error))
        return
    for each in names:
        if (found := scope.fault(each)) is not None:
            yield Wrong(found[0], path, found[1])


def _open_places(value: Json, path: Path, scope: _Scope) -> Iterator[Wrong]:
    if isinstance(value, str) and "${" in value:
        try:
            found = places(value)
        except ExpressionError as error:
            yield Wrong("flow.bad-expression", path, str(error))
            return
        for each in found:
            yield from _expression(each, path, scope)
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _open_places(each, (*path, str(name)), scope)
    elif isinstance(value, (list, tuple)):
        for number, each in enumerate(value):
            yield from _open_places(each, (*path, number), scope)


def _not_json(value: Json) -> bool:
    if isinstance(value, Mapping):
        return any(not isinstance(name, str) or _not_json(each) for name, each in value.items())
    if isinstance(value, (list, tuple)):
        return any(_not_json(each) for each in value)
    if isinstance(value, float):
        # A whole one as large as these is no number that all readers of JSON agree on.
        return not math.isfinite(value) or (value.is_integer() and abs(value) >= 2**53)
    if isinstance(value, int) and not isinstance(value, bool):
        return abs(value) >= 2**53
    return not isinstance(value, (str, bool, type(None)))
