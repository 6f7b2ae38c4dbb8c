"""Faults that a combined tree shows without running: by what they are the same on other trains, and how they are told.

A fault is known by the paths and the names that its base has, so that it is the same one in every part of a train,
whichever of the moves are in that part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from laneshift.gates.imports import renamed
from laneshift.landing.culprits import Culprits, Probe, Search, culprit_sets
from laneshift.lanes.contracts.standing import told as contract_told
from laneshift.lanes.contracts.verdicts import Breach, Verdict
from laneshift.lanes.crossings import Crossing

Key = tuple[str, ...]
"""What makes a fault the same on two trains of one base."""

Faults = Mapping[Key, str]
"""Faults of one combined tree, each with the sentence that tells it there."""

_LANES, _IMPORTS, _CONTRACTS = "lanes", "imports", "contracts"


def faults_of(
    crossings: Iterable[Crossing],
    missing: Iterable[tuple[str, str]],
    renames: Mapping[str, str],
    modules: Mapping[str, str],
) -> dict[Key, str]:
    """What is broken on a combined tree, as faults. `renames` and `modules` map what the base has to what is there."""
    paths = {new: old for old, new in renames.items()}
    names = {new: old for old, new in modules.items()}
    found: dict[Key, str] = {}
    for crossing in sorted(crossings):
        how, source, target, importer, imported = crossing.identity
        ends = paths.get(importer, importer), paths.get(imported, imported)
        found.setdefault((_LANES, how, source, target, *ends), f"{_LANES}: {crossing}")
    for path, name in sorted(missing):
        asked = (_IMPORTS, paths.get(path, path), renamed(name, names))
        found.setdefault(asked, f"{_IMPORTS}: {path} imports {name}, which is not there")
    return found


def contract_faults(found: Iterable[tuple[Verdict, Breach | None]], modules: Mapping[str, str]) -> dict[Key, str]:
    """As `faults_of`, for contracts of import-linter's and their new breaches: None where one cannot be judged now."""
    names = {new: old for old, new in modules.items()}
    faults: dict[Key, str] = {}
    for verdict, breach in found:
        told = f"{_CONTRACTS}: {contract_told(verdict, breach)}"
        faults.setdefault((_CONTRACTS, verdict.name, *_ends(breach, names)), told)
    return faults


def _ends(breach: Breach | None, names: Mapping[str, str]) -> Iterator[str]:
    """What may not be, and the ends of the chain: what lies between may differ from train to train."""
    if breach is not None:
        yield " ".join(renamed(word, names) for word in breach.what.split(" "))
        for step in breach.chain[:1]:
            yield renamed(step.importer, names)
        for step in breach.chain[-1:]:
            yield renamed(step.imported, names)


def is_contract(key: Key) -> bool:
    """Whether a fault is of a contract, which a waiver of gate `lanes` may let pass."""
    return key[0] == _CONTRACTS


def again(whole: Faults, part: Faults, asked: Sequence[str]) -> list[str]:
    """Which of the `asked` sentences of a whole train tell a fault that a part of it has too, sorted."""
    wanted = frozenset(asked)
    return sorted(told for key, told in whole.items() if told in wanted and key in part)


def is_looked(blamed: str) -> bool:
    """Whether what a train is blamed for is such a fault, by its sentence; else it is a test. For words alone."""
    return blamed.startswith((f"{_LANES}: ", f"{_IMPORTS}: ", f"{_CONTRACTS}: "))


def red_line(blamed: Sequence[str], culprits: Sequence[str]) -> str:
    """One sentence on what a train is blamed for, and whose fault it is."""
    because = f"because of {', '.join(culprits)}: {blamed[0]}"
    if is_looked(blamed[0]):
        return f"{len(blamed)} fault(s) of lanes, contracts or imports {because}"
    return f"{len(blamed)} test(s) turn red {because}"


def fault_line(blamed: Sequence[str], culprits: Sequence[str]) -> str:
    """Why the last of the culprits is held: what it turns red, or breaks, with the others."""
    together = f" together with {', '.join(culprits[:-1])}" if len(culprits) > 1 else ""
    if is_looked(blamed[0]):
        return f"breaks what its base does not{together and ',' + together}: {blamed[0]}"
    return f"turns {blamed[0]} red{together}"


def held_for(
    items: Sequence[str], coupled: Callable[[Sequence[str]], Sequence[str]], look: Callable[[Sequence[str]], Faults]
) -> Iterator[Culprits]:
    """The sets of which a landing of `items` holds the last member, in its order, by looking alone.

    `coupled` tells which of some items their train has, `look` the faults of that train.
    """
    left = list(coupled(items))
    while whole := look(left):
        for found in _sets(culprit_sets(left, sorted(whole.values())), whole, look):
            yield found
            left = [item for item in left if item != found.members[-1]]
        left = list(coupled(left))


def _sets(search: Search, whole: Faults, look: Callable[[Sequence[str]], Faults]) -> Iterator[Culprits]:
    try:
        step = next(search)
        while True:
            if isinstance(step, Probe):
                step = search.send(again(whole, look(step.items), step.ids))
            else:
                yield step
                step = next(search)
    except StopIteration:
        return
