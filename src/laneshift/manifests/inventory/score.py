"""How much a module is worth promoting, 0 to 100, from facts alone. Exact fractions: no rounding until the end."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from laneshift.config.inventory import Score
from laneshift.manifests.inventory.records import ModuleFacts

_SUBSTANTIAL_LINES = 200
_UNWIELDY_LINES = 1000
_CLASSES = 3
_FUNCTIONS = 10
_TESTS = 2
_IMPORTERS = 5
_FORGOTTEN_DAYS = 730


def score(facts: ModuleFacts, weights: Score, *, in_archive: bool) -> float:
    """The score with one decimal."""
    found = shares(facts)
    earned = sum((getattr(weights, name) * share for name, share in found.items()), Fraction(0))
    kept = Fraction(weights.archived) if in_archive else 1
    return round(earned * 1000 * kept / weights.total) / 10


def shares(facts: ModuleFacts) -> Mapping[str, Fraction]:
    """For each fact, by the name of its weight, how much of that weight the module earns: 0 to 1."""
    return {
        "size": _size(facts.loc),
        "classes": _up_to(facts.classes, _CLASSES),
        "functions": _up_to(facts.functions, _FUNCTIONS),
        "docstrings": Fraction(facts.documented, max(1, facts.documentable)),
        "tests": _up_to(len(facts.tests), _TESTS),
        "importers": _up_to(len(facts.importers), _IMPORTERS),
        "resolved": Fraction(1, 1 + len(facts.unresolved)),
        "age": 1 - _up_to(facts.age_days, _FORGOTTEN_DAYS),
    }


def _size(lines: int) -> Fraction:
    """Grows up to a substantial module, and falls again where one becomes unwieldy."""
    return _up_to(lines, _SUBSTANTIAL_LINES) if lines <= _UNWIELDY_LINES else Fraction(_UNWIELDY_LINES, lines)


def _up_to(found: int, enough: int) -> Fraction:
    return Fraction(min(max(found, 0), enough), enough)
