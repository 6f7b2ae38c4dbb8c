"""What the engine makes of each part where it begins, and whether all parts add up to what it makes of all items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from laneshift.agents.packs.parting import Part
from laneshift.agents.packs.work import Apply
from laneshift.errors import CheckFailed, Refused
from laneshift.repo.differences import differences
from laneshift.repo.folders import Entry
from laneshift.repo.objects import Tree
from laneshift.runs.plan import PlannedItem


@dataclass(frozen=True)
class Folded:
    """The parts with the order that their write sets call for; `writes` and `results` are of each part, `tree` of all.

    `sound` is whether doing the parts apart and doing all items one after another come to the same tree.
    """

    parts: tuple[Part, ...]
    writes: tuple[frozenset[str], ...]
    results: tuple[Tree, ...]
    tree: Tree
    sound: bool


def fold(tree: Tree, parts: Sequence[Part], items: Mapping[str, PlannedItem], done: Apply) -> Folded:
    """Do each part where it begins. Two that meet there, and were not in order, are put in order.

    Raises `Refused` or `CheckFailed` where items cannot be done one after another in any order that was tried.
    """
    known: list[_Known] = []
    for one in parts:
        known.append(_done(tree, one, known, items, done))
    together = _union(tree, known)
    sound = _same(tree, items, done, together)
    return Folded(
        tuple(each.part for each in known),
        tuple(each.writes for each in known),
        tuple(each.result for each in known),
        together,
        sound,
    )


def in_chain(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Each after all before it."""
    return tuple(replace(one, after=tuple(range(at))) for at, one in enumerate(parts))


@dataclass(frozen=True, slots=True)
class _Known:
    """A part that was done: what it writes where it begins, and the tree that it makes there."""

    part: Part
    writes: frozenset[str]
    result: Tree


def _done(tree: Tree, one: Part, known: Sequence[_Known], items: Mapping[str, PlannedItem], done: Apply) -> _Known:
    """One part, after as many others as it has to be."""
    after = set(one.after)
    while True:
        start = _union(tree, [known[at] for at in sorted(after)])
        result = _applied(start, one.items, items, done)
        written = frozenset(differences(start, result))
        met = {at for at in range(len(known)) if at not in after and known[at].writes & written}
        if not met:
            return _Known(replace(one, after=tuple(sorted(after))), written, result)
        after |= met | {each for at in met for each in known[at].part.after}


def _applied(tree: Tree, ids: Iterable[str], items: Mapping[str, PlannedItem], done: Apply) -> Tree:
    for item in ids:
        tree = done(tree, items[item]).tree
    return tree


def _union(tree: Tree, known: Iterable[_Known]) -> Tree:
    """Everything that each part wrote; of what parts in order both wrote, the later one's."""
    changes: dict[str, Entry | None] = {}
    for each in known:
        changes.update({path: each.result.entry(path) for path in each.writes})
    return tree.edit(changes)


def _same(tree: Tree, items: Mapping[str, PlannedItem], done: Apply, together: Tree) -> bool:
    try:
        return _applied(tree, items, items, done) == together
    except (Refused, CheckFailed):
        return False
