"""How hard a move is, how long it takes, and what may go wrong. Pure, and never less for one more importer.

Points add up from what has to be rewritten or cannot be known; hours are for a person, who checks what laneshift does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from laneshift.config.inventory import Complexity, Effort
from laneshift.manifests.inventory.records import Level, ModuleFacts

_HUNDRED = 100
_MANY_DANGERS = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Points for one reason."""

    points: int
    reason: str


def costs(facts: ModuleFacts, weights: Complexity) -> tuple[Cost, ...]:
    """Everything that makes the move harder, in a fixed order; nothing that costs no points."""
    hundreds = facts.loc // _HUNDRED
    found = (
        Cost(len(facts.importers) * weights.importer, f"{len(facts.importers)} importer(s) to rewrite"),
        Cost(len(facts.unresolved) * weights.unresolved, f"{len(facts.unresolved)} unresolved import(s)"),
        Cost(facts.relative * weights.relative, f"{facts.relative} relative import(s)"),
        Cost(0 if facts.tests else weights.untested, "no test imports it"),
        Cost(hundreds * weights.hundred_lines, f"{facts.loc} lines of code"),
        Cost(weights.effects if facts.effects else 0, "it does work when it is imported"),
        Cost(weights.open if facts.is_open else 0, "not all its names can be known"),
    )
    return tuple(cost for cost in found if cost.points)


def level(found: Sequence[Cost], weights: Complexity) -> Level:
    """The word for the points."""
    points = sum(cost.points for cost in found)
    return "high" if points >= weights.high else "medium" if points >= weights.medium else "low"


def hours(facts: ModuleFacts, rates: Effort) -> Decimal:
    """base + hundreds of lines, importers, unresolved and relative imports, each by its rate, and once for a module
    without tests and for one that does work at import; rounded up to a quarter of an hour."""
    exact = (
        rates.base
        + rates.hundred_lines * facts.loc / _HUNDRED
        + rates.importer * len(facts.importers)
        + rates.unresolved * len(facts.unresolved)
        + rates.relative * facts.relative
        + (0 if facts.tests else rates.untested)
        + (rates.effects if facts.effects else 0)
    )
    return (exact * 4).to_integral_value(ROUND_CEILING) / 4


def dangers(facts: ModuleFacts, blocked: Sequence[str], relied_on: int) -> tuple[str, ...]:
    """What may go wrong. `blocked` are imports that the lane above may not have, `relied_on` importers in production
    lanes."""
    return tuple(_dangers(facts, blocked, relied_on))


def _dangers(facts: ModuleFacts, blocked: Sequence[str], relied_on: int) -> Iterator[str]:
    if not facts.tests:
        yield "no test would notice a mistake"
    if facts.unresolved:
        yield "some of its imports lead nowhere today"
    if facts.effects:
        yield "importing it does work"
    if facts.is_open:
        yield "names may be asked of it that nobody can list"
    if blocked:
        yield f"{len(blocked)} of its imports may not be imported there ({blocked[0]}, …)"
    if relied_on:
        yield f"{relied_on} module(s) in production import it"


def risk(found: Sequence[str], complexity: Level) -> Level:
    """Three dangers make a high risk, as does one in a complex move; one danger or some complexity a medium one."""
    if len(found) >= _MANY_DANGERS or (found and complexity == "high"):
        return "high"
    return "medium" if found or complexity != "low" else "low"


def rationale(found: Sequence[Cost], complexity: Level, dangerous: Sequence[str], risky: Level) -> str:
    """One line for a person: where the points come from, and the dangers."""
    points = sum(cost.points for cost in found)
    why = ", ".join(f"{cost.reason} ({cost.points})" for cost in found) or "little to rewrite, and tests import it"
    told = f": {'; '.join(dangerous)}" if dangerous else ""
    return f"{complexity}, {points} points: {why}. Risk {risky}{told}."
