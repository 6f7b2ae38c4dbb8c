"""What an item waits for: moves of the same batch without which its own would break a rule of lanes, or a contract.

An item that goes to a steadier lane before what it imports breaks that lane's rule by itself, and not where both have
moved; so it is with a contract of import-linter's. It is then judged on the tree where they have. Its landing looks
at the combined tree in any case, so an item that lands without what it waits for is held there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from laneshift.code.intents import Intent
from laneshift.code.parsing import PARSING
from laneshift.errors import Refused
from laneshift.manifests.applying import apply
from laneshift.repo.objects import Tree
from laneshift.steps.contracts_broken import BrokenContract, contracts_broken
from laneshift.steps.newly_broken import Broken, newly_broken
from laneshift.steps.work import Parts, Work

WAITS_FOR = "waits_for"
"""The fact of step check_deps that names the items which an item waits for."""
BREAKS = "contract_breaches"
"""The fact of step check_deps that names the contracts which an item breaks by itself, whatever it waits for."""


@dataclass(frozen=True)
class Beside:
    """The tree where `items` have moved besides, in their order, and old path to new path of everything that moved."""

    items: tuple[str, ...]
    tree: Tree
    relocations: Mapping[str, str]


def beside(work: Work, parts: Parts, broken: Broken, contracts: Sequence[BrokenContract] = ()) -> tuple[Beside, Broken]:
    """The item with those moves of its batch that lead where its crossings lead, and what is broken then.

    So it is with the `contracts` that it breaks, if all of them are kept where these have moved; else gate `lanes`
    tells of them, whatever else moves. What these moves bring with them is followed too, so that nothing is excused by
    a move that breaks a rule itself.
    """
    if contracts:
        found, then, left = _followed(work, parts, broken, contracts)
        if not left:
            return found, then
    found, then, _ = _followed(work, parts, broken, None)
    return found, then


def contracts_of(parts: Parts, before: Tree, after: Tree, modules: Mapping[str, str]) -> tuple[BrokenContract, ...]:
    """The contracts that an item breaks. Those that cannot be judged at all are for gate `lanes` to tell."""
    try:
        found = contracts_broken(parts, before, after, modules)
    except Refused:
        return ()
    return tuple(each for each in found if each.breach is not None)


def _followed(
    work: Work, parts: Parts, broken: Broken, contracts: Sequence[BrokenContract] | None
) -> tuple[Beside, Broken, Sequence[BrokenContract]]:
    """What moves besides, and what is broken then; None for contracts that are not looked at."""
    applied = parts.applied(work)
    found = Beside((), applied.integrated, applied.result.relocations)
    others = [intent for intent in parts.moves if intent.item != work.intent.item]
    while broken.crossings or contracts:
        ends = {*_ends(broken), *_paths(parts, found.tree, contracts or ())}
        fresh = {each.item for each in others if each.item not in found.items and _covers(each.src, ends)}
        if not fresh:
            break
        found = moved_too(parts, applied.integrated, applied.result.relocations, {*found.items, *fresh})
        broken = newly_broken(parts, work.base_tree, found.tree, found.relocations)
        if contracts is not None:
            contracts = contracts_of(parts, work.base_tree, found.tree, broken.modules)
    return found, broken, contracts or ()


def _ends(broken: Broken) -> Iterator[str]:
    for crossing in broken.crossings:
        for hop in crossing.chain:
            yield from (hop.importer, hop.imported)


def _paths(parts: Parts, tree: Tree, contracts: Iterable[BrokenContract]) -> Iterator[str]:
    """The files of the modules by which contracts are broken."""
    for each in contracts:
        known = parts.graph(tree).modules.by_name
        yield from (known[name] for name in each.modules if name in known)


def moved_too(parts: Parts, tree: Tree, relocations: Mapping[str, str], items: Collection[str]) -> Beside:
    """`tree`, to which `relocations` led, with the moves of `items` upon it.

    Raises `Refused` where the tree does not allow one of them.
    """
    chosen = [intent for intent in parts.moves if intent.item in items]
    whole = dict(relocations)
    for intent in chosen:
        with PARSING:
            applied = apply(tree, intent, parts.rules, parts.index.mentions)
        whole = _then(whole, applied.result.relocations)
        tree = applied.integrated
    return Beside(tuple(intent.item for intent in chosen), tree, whole)


def moves_of(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Those that move something: a codemod leaves everything in its lane."""
    return tuple(intent for intent in intents if intent.codemod is None and intent.src != intent.dst)


def _then(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    """One map, old path to last path, of two moves one after the other."""
    between = set(first.values())
    fresh = {old: new for old, new in second.items() if old not in between}
    return {**fresh, **{old: second.get(new, new) for old, new in first.items()}}


def _covers(src: str, paths: Iterable[str]) -> bool:
    return any(path == src or path.startswith(f"{src}/") for path in paths)
