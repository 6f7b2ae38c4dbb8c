"""What a dream is asked for, and everything that is wrong with how it was asked. Pure.

A scenario is either items, as a rich batch file has them, or a question. How it is explored is bounded: so many paths,
so many rounds in each, so many items.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from laneshift.errors import Fault, Refused
from laneshift.evidence.json_text import once

MOST_PATHS, USUAL_PATHS = 32, 4
MOST_DEPTH, USUAL_DEPTH = 8, 2
MOST_ITEMS = 300
MOST_QUESTION = 2_000
MOST_SEED = 2**53 - 1
RISKS = ("low", "medium", "high")

_KEYS = ("scenario", "num_paths", "depth", "seed", "constraints")
_NUMBERS = {
    "num_paths": (USUAL_PATHS, 1, MOST_PATHS),
    "depth": (USUAL_DEPTH, 1, MOST_DEPTH),
    "seed": (0, 0, MOST_SEED),
}
"""Usual, least and most of each number."""
_LISTS = ("only", "without", "first", "last")


@dataclass(frozen=True, slots=True)
class Constraints:
    """What every path obeys, by ids of items: those that take part, and those that go first or last, in that order.

    `max_risk` leaves out what is riskier.
    """

    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    max_risk: str = "high"

    def as_json(self) -> dict[str, Any]:
        """Plain data, without what constrains nothing."""
        told: dict[str, Any] = {name: list(getattr(self, name)) for name in _LISTS if getattr(self, name)}
        return told if self.max_risk == "high" else {**told, "max_risk": self.max_risk}


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish: `items` are those of a rich batch file, or there is a `question`."""

    items: tuple[Mapping[str, Any], ...] = ()
    question: str = ""
    num_paths: int = USUAL_PATHS
    depth: int = USUAL_DEPTH
    seed: int = 0
    constraints: Constraints = field(default_factory=Constraints)


def asked_in(data: bytes, where: str) -> Asked:
    """What a JSON file asks for. Raises `Refused` (`dream.bad-request`) with every fault."""
    try:
        plain = json.loads(data.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        fault = Fault("dream.not-json", where, f"this is not JSON: {str(error)[:200]}")
        raise refused([fault], where) from error
    return asked_of(plain, where)


def asked_of(plain: Any, where: str) -> Asked:
    """What plain data asks for. Raises `Refused` (`dream.bad-request`) with every fault."""
    if not isinstance(plain, Mapping):
        raise refused([Fault("dream.bad-request", where, "this is no object", 'write {"scenario": …}')], where)
    faults = [*_unknown(plain, _KEYS, where), *_scenario_faults(plain, where)]
    for name, (usual, least, most) in _NUMBERS.items():
        faults += number_faults(plain.get(name, usual), least, most, f"{where}: {name}")
    told = plain.get("constraints", {})
    faults += _constraint_faults(told, f"{where}: constraints")
    if faults:
        raise refused(faults, where)
    scenario = plain["scenario"]
    return Asked(
        items=() if isinstance(scenario, str) else tuple(scenario),
        question=scenario if isinstance(scenario, str) else "",
        constraints=Constraints(
            **{name: tuple(told.get(name, ())) for name in _LISTS}, max_risk=told.get("max_risk", "high")
        ),
        **{name: plain.get(name, usual) for name, (usual, _, _) in _NUMBERS.items()},
    )


def number_faults(value: object, least: int, most: int, where: str) -> list[Fault]:
    """Why `value` is no whole number from `least` to `most`."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return []
    return [Fault("dream.out-of-bounds", where, f"this is no whole number from {least} to {most}")]


def refused(faults: Sequence[Fault], where: str) -> Refused:
    """The refusal of a wish, with all that is wrong with it."""
    what = f"{len(faults)} fault(s) in what the dream is asked for"
    return Refused("dream.bad-request", what, where=where, faults=faults)


def _scenario_faults(plain: Mapping[str, Any], where: str) -> Iterator[Fault]:
    scenario, place = plain.get("scenario"), f"{where}: scenario"
    if isinstance(scenario, str):
        if not scenario.strip() or len(scenario) > MOST_QUESTION:
            yield Fault("dream.out-of-bounds", place, f"a question has 1 to {MOST_QUESTION} characters")
    elif not isinstance(scenario, list):
        yield Fault("dream.no-scenario", place, "there are neither items nor a question", "give a list or a text")
    elif not 1 <= len(scenario) <= MOST_ITEMS:
        yield Fault("dream.out-of-bounds", place, f"{len(scenario)} items; 1 to {MOST_ITEMS} can be dreamt of")


def _constraint_faults(told: Any, where: str) -> Iterator[Fault]:
    if not isinstance(told, Mapping):
        yield Fault("dream.bad-constraint", where, "constraints are an object")
        return
    yield from _unknown(told, (*_LISTS, "max_risk"), where)
    for name in _LISTS:
        value = told.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            yield Fault("dream.bad-constraint", f"{where}.{name}", "this is no list of the ids of items")
        elif len(set(value)) < len(value):
            yield Fault("dream.bad-constraint", f"{where}.{name}", "an item is named twice")
    if told.get("max_risk", "high") not in RISKS:
        yield Fault("dream.bad-constraint", f"{where}.max_risk", f"a risk is one of {', '.join(RISKS)}")


def _unknown(plain: Mapping[str, Any], known: Sequence[str], where: str) -> Iterator[Fault]:
    for key in plain:
        if key not in known:
            yield Fault("dream.unknown-key", where, f"unknown key {str(key)[:100]!r}", f"known: {', '.join(known)}")
