"""From a flow to its TOML, which reads as the same flow. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from laneshift.flows.model import Flow, Json

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STEP_TABLES = ("compensate", "settings")


def written(flow: Flow) -> str:
    """The definition as a file. `flow` has to be sound: TOML has no null."""
    told = flow.as_json()
    lines = [f"name = {_value(told.pop('name'))}"]
    steps, inputs = told.pop("steps"), told.pop("inputs", [])
    schedule = told.pop("schedule", None)
    lines += [f"{name} = {_value(value)}" for name, value in told.items()]
    for each in inputs:
        lines += ["", f"[inputs.{_key(each['name'])}]"]
        lines += [f"{name} = {_value(value)}" for name, value in each.items() if name != "name"]
    if schedule:
        lines += ["", "[schedule]", *(f"{name} = {_value(value)}" for name, value in schedule.items())]
    for step in steps:
        lines += ["", *_step(step)]
    return "\n".join(lines) + "\n"


def _step(step: Mapping[str, Json]) -> Iterator[str]:
    yield "[[steps]]"
    for name, value in step.items():
        if name not in _STEP_TABLES:
            yield f"{_key(name)} = {_value(value)}"
    for name in _STEP_TABLES:
        if name in step:
            yield f"[steps.{name}]"
            yield from (f"{_key(each)} = {_value(value)}" for each, value in step[name].items())


def _value(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value)


def _key(name: Any) -> str:
    return str(name) if _BARE.fullmatch(str(name)) else _text(str(name))


def _text(text: str) -> str:
    # JSON's text is TOML's, but for one control character that JSON leaves as it is and pairs that it makes of others.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
