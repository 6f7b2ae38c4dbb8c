"""What a command line says of the inputs of a flow and of the value of a signal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from laneshift.errors import Refused
from laneshift.flows.model import Flow


def inputs_of(flow: Flow, given: Iterable[str]) -> dict[str, Any]:
    """The inputs by name. Raises `Refused` (`usage.bad-input`) for what cannot be read; types are judged later."""
    types = {each.name: each.type for each in flow.inputs}
    found: dict[str, Any] = {}
    for each in given:
        name, sign, text = each.partition("=")
        if not sign or name in found:
            raise Refused("usage.bad-input", f"{each[:80]!r} is not NAME=VALUE, or is there twice")
        found[name] = text if types.get(name, "string") == "string" else value_of(text)
    return found


def value_of(text: str) -> Any:
    """JSON. Raises `Refused` (`usage.bad-value`)."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused("usage.bad-value", f"{text[:80]!r} is not JSON", why=str(error)) from error


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")
