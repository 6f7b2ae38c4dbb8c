"""What speaks for a star, and how much together. Pure.

Weights are decimals and their products fractions: 1 - (1 - .40)(1 - .50) is .70 and reaches a threshold of .70. With
binary fractions it is luck which side of a threshold a product falls on: .35 twice is .5775, and they say .57749….
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from itertools import islice
from math import prod

from laneshift.lanes.globs import first_match
from laneshift.manifests.stars.patterns import compiled
from laneshift.manifests.stars.rule_file import KINDS, Kind, Rule, Rules

_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules look at: a folder, or a file that is a module of its own. Names are as written.

    `star` is the one that it has, `manifest` the path of the file that says so, or would. `handle` is a file that is
    there and stands for this module alone: its manifest, else one of its own.
    """

    path: str
    module: str
    manifest: str
    handle: str
    star: str
    secondary: tuple[str, ...] = ()
    tier: str = ""
    owner: str = ""
    capabilities: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact about a module that speaks for a star: its kind, what was seen, the text of the rule, the weight."""

    star: str
    kind: Kind
    fact: str
    match: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A star that the evidence gives a module, and every signal for it. `confidence` is exact."""

    subject: Subject
    star: str
    confidence: Fraction
    signals: tuple[Signal, ...]


def combined(weights: Iterable[Decimal]) -> Fraction:
    """How much independent evidence says together: 1 - ∏(1 - w), exactly. Nothing says 0."""
    return 1 - prod((1 - Fraction(weight) for weight in weights), start=Fraction(1))


def shown(confidence: Fraction) -> str:
    """A confidence with four decimals, rounded down: what falls short of a threshold never looks as if it reached."""
    value = Decimal(confidence.numerator) / Decimal(confidence.denominator)
    return str(value.quantize(_STEP, rounding=ROUND_FLOOR))


def signals(rules: Rules, subject: Subject) -> tuple[Signal, ...]:
    """Every signal, strongest kinds first.

    A rule speaks once, whatever of it is met, and a fact counts once for a star, however many rules see it: two names
    of one library, or two expressions for one folder, are not independent of each other.
    """
    found: dict[tuple[str, Kind, str], Signal] = {}
    for rule in rules.rules:
        met = (each for each in hits(rule, subject) if (rule.star, rule.kind, each[0]) not in found)
        for fact, match in islice(met, 1):
            found[rule.star, rule.kind, fact] = Signal(rule.star, rule.kind, fact, match, rules.weights.of(rule.kind))
    return tuple(sorted(found.values(), key=lambda each: (KINDS.index(each.kind), each.star, each.fact)))


def hits(rule: Rule, subject: Subject) -> Iterator[tuple[str, str]]:
    """The facts about a module that a rule speaks of, each with the text of the rule that met it.

    Raises `PatternError` for an expression that cannot be used.
    """
    if rule.kind == "path_regex":
        for pattern in rule.match:
            if compiled(pattern)(subject.path):
                yield subject.path, pattern
                return
    else:
        wanted = {name.casefold(): name for name in rule.match}
        for fact in dict.fromkeys(_facts(rule.kind, subject)):
            if fact.casefold() in wanted:
                yield fact, wanted[fact.casefold()]


def suggestion(rules: Rules, order: Mapping[str, int], subject: Subject) -> Suggestion | None:
    """The star that the evidence gives a module, when it reaches `min_suggest`; None for excluded modules too.

    `order` is the canon's: of two stars with equal confidence the earlier one wins. Denied stars are left out.
    """
    if is_excluded(rules, subject.path):
        return None
    denied = {each.star for each in rules.deny if first_match(each.paths, subject.path)}
    by_star: dict[str, list[Signal]] = {}
    for signal in signals(rules, subject):
        if signal.star not in denied and signal.star in order:
            by_star.setdefault(signal.star, []).append(signal)
    weighed = [(combined(each.weight for each in found), star) for star, found in by_star.items()]
    if not weighed:
        return None
    confidence, star = max(weighed, key=lambda each: (each[0], -order[each[1]]))
    if confidence < Fraction(rules.thresholds.min_suggest):
        return None
    return Suggestion(subject, star, confidence, tuple(by_star[star]))


def is_excluded(rules: Rules, path: str) -> bool:
    """Whether nothing is suggested for a package."""
    return bool(first_match(rules.exclude, path))


def _facts(kind: Kind, subject: Subject) -> tuple[str, ...]:
    if kind == "capability_override":
        return subject.capabilities
    if kind == "node_override":
        return subject.nodes
    if kind == "owner_prior":
        return (subject.owner,) if subject.owner else ()
    return subject.dependencies
