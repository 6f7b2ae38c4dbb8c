"""In what order the steps of a flow go, and which may go side by side. Pure and total: the same flow, the same order.

The steps and what they need are a graph. It is cut into parts that stand one after another and branches that stand side
by side, again and again, down to single steps. Where the graph is woven so that neither cut is to be had, the steps
that need nothing go first, side by side, and the rest is cut anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from laneshift.errors import Bug
from laneshift.flows.model import Flow


@dataclass(frozen=True, slots=True)
class Series:
    """Parts one after another."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Branches:
    """Parts side by side."""

    parts: tuple[Part, ...]


Part = str | Series | Branches
"""The name of a step, or parts of which each has at least one step."""


def order(flow: Flow) -> Part:
    """How the steps of a sound flow go."""
    needs = flow.needs()
    return _cut(tuple(needs), {name: frozenset(each) for name, each in needs.items()})


def names_in(part: Part) -> list[str]:
    """The steps of a part, in order."""
    if isinstance(part, str):
        return [part]
    return [name for each in part.parts for name in names_in(each)]


def at(part: Part, path: Iterable[int]) -> Part:
    """The part that lies at `path`: the number of a part within the part, and so on."""
    for number in path:
        if isinstance(part, str):
            raise Bug("flow.no-such-part", f"the step {part!r} has no parts")
        part = part.parts[number]
    return part


def above(needs: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """All that every step needs, also through others. A step in a circle needs itself."""
    found: dict[str, frozenset[str]] = {}
    for name in needs:
        seen: set[str] = set()
        waiting = list(needs[name])
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting.extend(needs.get(each, ()))
        found[name] = frozenset(seen)
    return found


def _cut(names: tuple[str, ...], needs: Mapping[str, frozenset[str]]) -> Part:
    if len(names) == 1:
        return names[0]
    inside = {name: needs[name] & frozenset(names) for name in names}
    apart = _apart(names, inside)
    if len(apart) > 1:
        return Branches(tuple(_cut(each, needs) for each in apart))
    parts: list[Part] = []
    for each in _one_after_another(names, inside):
        part = _cut(each, needs)
        parts += part.parts if isinstance(part, Series) else (part,)
    return Series(tuple(parts))


def _apart(names: tuple[str, ...], needs: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """The steps in groups that have nothing to do with each other."""
    group = {name: name for name in names}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for name in names:
        for need in needs[name]:
            group[root(need)] = root(name)
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(root(name), []).append(name)
    return [tuple(each) for each in found.values()]


def _one_after_another(names: tuple[str, ...], needs: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """A connected group in two parts or more, of which each comes wholly before the next."""
    before = above({name: sorted(needs[name]) for name in names})
    ordered = sorted(names, key=lambda name: len(before[name]))
    cuts = [
        number
        for number in range(1, len(ordered))
        if all(frozenset(ordered[:number]) <= before[later] for later in ordered[number:])
    ]
    if not cuts:
        first = tuple(name for name in names if not needs[name])
        return [first, tuple(name for name in names if needs[name])]
    ends = [0, *cuts, len(ordered)]
    parts = [frozenset(ordered[begin:end]) for begin, end in pairwise(ends)]
    return [tuple(name for name in names if name in part) for part in parts]
