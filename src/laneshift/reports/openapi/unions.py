"""Which alternative of the old schema became which of the new one. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laneshift.reports.openapi.forms import Branch, text
from laneshift.reports.openapi.model import Side

Fits = Callable[[Branch, Branch, Side], int]
_MOST_TRIED = 100


@dataclass(frozen=True, slots=True)
class Matched:
    """Alternatives that are one and the same, those that are gone and those that have come."""

    pairs: tuple[tuple[Branch, Branch], ...]
    gone: tuple[Branch, ...]
    come: tuple[Branch, ...]


def match(before: Sequence[Branch], after: Sequence[Branch], fits: Fits, side: Side) -> Matched:
    """Match by what they say, by name, by a constant that marks them, by what fits, by type.

    What is left over counts as gone or new only where nothing on the other side holds all of it. `fits` says how much
    speaks against an old alternative and a new one being one for a side.
    """
    if len(before) == len(after) == 1:
        return Matched(((before[0], after[0]),), (), ())
    pairs: list[tuple[Branch, Branch]] = []
    old, new = list(before), list(after)
    for mark in (text, _origin, _marked, _shaped):
        _take(old, new, pairs, mark)
    if len(old) * len(new) <= _MOST_TRIED:
        _fitting(old, new, pairs, fits, side)
    _take(old, new, pairs, _typed)
    tried = len(old) * len(after) + len(new) * len(before) <= _MOST_TRIED
    gone = [one for one in old if not (tried and any(fits(one, other, Side.REQUEST) == 0 for other in after))]
    come = [other for other in new if not (tried and any(fits(one, other, Side.RESPONSE) == 0 for one in before))]
    return Matched(tuple(pairs), tuple(gone), tuple(come))


def _take(
    old: list[Branch], new: list[Branch], pairs: list[tuple[Branch, Branch]], mark: Callable[[Branch], str]
) -> None:
    """Match what has a mark of its own on both sides."""
    before, after = (Counter(mark(each) for each in side) for side in (old, new))
    for one in list(old):
        name = mark(one)
        if not name or before[name] != 1 or after[name] != 1:
            continue
        other = next(each for each in new if mark(each) == name)
        pairs.append((one, other))
        old.remove(one)
        new.remove(other)


def _fitting(old: list[Branch], new: list[Branch], pairs: list[tuple[Branch, Branch]], fits: Fits, side: Side) -> None:
    for one in list(old):
        other = next((each for each in new if fits(one, each, side) == 0), None)
        if other is not None:
            pairs.append((one, other))
            old.remove(one)
            new.remove(other)


def _origin(branch: Branch) -> str:
    return f"{branch['_from']} {branch.get('type')}" if "_from" in branch else ""


def _marked(branch: Branch) -> str:
    """The constants of required properties, which tell alternatives apart by intention."""
    named = branch.get("properties", {})
    constants = {
        name: named[name].get("const", named[name].get("enum"))
        for name in branch.get("required", ())
        if isinstance(named.get(name), dict)
    }
    told = {name: value for name, value in constants.items() if value is not None}
    return text(told) if told else ""


def _shaped(branch: Branch) -> str:
    """The names of the required properties."""
    return text(sorted(branch["required"])) if branch.get("required") else ""


def _typed(branch: Branch) -> str:
    kind = str(branch.get("type", "any"))
    return "number" if kind == "integer" else kind
