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
    turn = {item: at for at, item in enumerate(items)}
    known: list[Part] = []
    writes: list[frozenset[str]] = []
    results: list[Tree] = []
    for one in parts:
        ordered, written, result = _done(tree, one, known, writes, items, turn, done)
        known.append(ordered)
        writes.append(written)
        results.append(result)
    together = _union(tree, known, writes, results)
    return Folded(tuple(known), tuple(writes), tuple(results), together, _same(tree, items, done, together))


def in_chain(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Each after all before it."""
    return tuple(replace(one, after=tuple(range(at))) for at, one in enumerate(parts))


def _done(
    tree: Tree,
    one: Part,
    known: Sequence[Part],
    writes: Sequence[frozenset[str]],
    items: Mapping[str, PlannedItem],
    turn: Mapping[str, int],
    done: Apply,
) -> tuple[Part, frozenset[str], Tree]:
    """One part, after as many others as it has to be; what it writes there, and the tree that it makes."""
    after = set(one.after)
    while True:
        before = sorted((item for at in after for item in known[at].items), key=turn.__getitem__)
        start = _applied(tree, before, items, done)
        result = _applied(start, one.items, items, done)
        written = frozenset(differences(start, result))
        met = {at for at in range(len(known)) if at not in after and writes[at] & written}
        if not met:
            return replace(one, after=tuple(sorted(after))), written, result
        after |= met | {each for at in met for each in known[at].after}


def _applied(tree: Tree, ids: Iterable[str], items: Mapping[str, PlannedItem], done: Apply) -> Tree:
    for item in ids:
        tree = done(tree, items[item]).tree
    return tree


def _union(tree: Tree, parts: Sequence[Part], writes: Sequence[frozenset[str]], results: Sequence[Tree]) -> Tree:
    """Everything that each part wrote; of what parts in order both wrote, the later one's."""
    changes: dict[str, Entry | None] = {}
    for at in range(len(parts)):
        changes.update({path: results[at].entry(path) for path in writes[at]})
    return tree.edit(changes)


def _same(tree: Tree, items: Mapping[str, PlannedItem], done: Apply, together: Tree) -> bool:
    try:
        return _applied(tree, items, items, done) == together
    except (Refused, CheckFailed):
        return False
