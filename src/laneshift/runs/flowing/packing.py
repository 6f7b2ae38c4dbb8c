"""Values of flows as the journal takes them: it has no floats, so each is told by its text. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from laneshift.errors import Refused
from laneshift.evidence.canonical import plain
from laneshift.evidence.redaction import redact

Json = Any
LARGEST = 256 * 1024
"""Characters of one value, as JSON."""
_FLOAT, _TABLE = "~float", "~table"


def packed(value: Json) -> Json:
    """`value` without floats and without secrets.

    Raises `Refused`: `flow.value-too-large`, `evidence.not-canonical` for what is no JSON, and as `redact` does.
    """
    try:
        length = len(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused("flow.no-json", "a value of a flow is JSON", why=str(error)) from error
    if length > LARGEST:
        raise Refused(
            "flow.value-too-large",
            f"a value has at most {LARGEST} characters, this has {length}",
            cure="keep it in a file, and give its name or digest",
        )
    return redact(plain(_without_floats(value)))


def unpacked(value: Json) -> Json:
    """What was packed, but for its secrets."""
    if isinstance(value, Mapping):
        if value.keys() == {_FLOAT}:
            return float(value[_FLOAT])
        if value.keys() == {_TABLE}:
            return {name: unpacked(each) for name, each in value[_TABLE].items()}
        return {name: unpacked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [unpacked(each) for each in value]
    return value


def _without_floats(value: Json) -> Json:
    if isinstance(value, float):
        return {_FLOAT: repr(value)}
    if isinstance(value, Mapping):
        told = {str(name): _without_floats(each) for name, each in value.items()}
        return {_TABLE: told} if told.keys() & {_FLOAT, _TABLE} else told
    if isinstance(value, (list, tuple)):
        return [_without_floats(each) for each in value]
    return value
