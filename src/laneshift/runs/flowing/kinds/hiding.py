"""Keeping the secrets that a step names out of everything that is told of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from laneshift.runs.flowing.effects import Outcome

Json = Any
HIDDEN = "[redacted]"
_SHORTEST = 4
"""A shorter one would make holes everywhere, and hides nothing from who can guess."""


def secrets_of(settings: Mapping[str, Json], environ: Mapping[str, str]) -> list[str]:
    """The values of the variables that the settings name, the longest first."""
    found = {environ.get(name, "") for name in _named(settings)}
    return sorted((each for each in found if len(each) >= _SHORTEST), key=len, reverse=True)


def hidden(outcome: Outcome, secrets: list[str]) -> Outcome:
    """The same outcome without the secrets, wherever they stand in it."""
    if not secrets:
        return outcome
    return replace(outcome, **{each.name: _without(getattr(outcome, each.name), secrets) for each in fields(outcome)})


def _without(value: Json, secrets: list[str]) -> Json:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, Mapping):
        return {_without(name, secrets): _without(each, secrets) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_without(each, secrets) for each in value)
    return value


def _named(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        if set(value) == {"env"} and isinstance(value["env"], str):
            yield value["env"]
            return
        for each in value.values():
            yield from _named(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each)
