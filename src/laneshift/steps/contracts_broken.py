"""The contracts of import-linter's that a tree breaks and the tree before it did not: of one item, or of a train."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from laneshift.errors import Fault, Refused
from laneshift.lanes.contracts.options import Options
from laneshift.lanes.contracts.standing import new_breaches, options_of, told
from laneshift.lanes.contracts.verdicts import Breach, Verdict
from laneshift.repo.objects import Tree
from laneshift.steps.work import Parts


@dataclass(frozen=True, slots=True)
class BrokenContract:
    """A contract with one way in which it is newly broken; without one, it cannot be judged any more."""

    verdict: Verdict
    breach: Breach | None = None

    @property
    def modules(self) -> tuple[str, ...]:
        """Every module on the way, by its name in the tree that breaks the contract."""
        steps = () if self.breach is None else self.breach.chain
        return tuple(name for step in steps for name in (step.importer, step.imported))

    def __str__(self) -> str:
        """As gate `lanes` tells it."""
        return told(self.verdict, self.breach)


def contracts_broken(parts: Parts, before: Tree, after: Tree, modules: Mapping[str, str]) -> tuple[BrokenContract, ...]:
    """Hold `after` against `before`, by the contracts of `before`. `modules` maps old names to new ones.

    Raises `Refused` for contracts of `before` that cannot be judged: `lanes.bad-contracts`, `lanes.no-root-package`,
    and `lanes.contract-not-judged` where that is so of `after` as well. Without contracts nothing is broken.
    """
    options = options_of(before)
    if options is None or before == after:
        return ()
    was = parts.contracts(before, before, options)
    now = _contracts(parts, before, after, options)
    unknown = {each.name for each in was if each.status == "invalid"}
    _require(options, [each for each in now if each.status == "invalid" and each.name in unknown])
    renamed = {old: new for old, new in modules.items() if old != new}
    return tuple(_each(new_breaches(was, now, renamed)))


def _contracts(parts: Parts, before: Tree, after: Tree, options: Options) -> tuple[Verdict, ...]:
    """What becomes of them on `after`: one that has lost a root package has none that can be judged."""
    try:
        return parts.contracts(after, before, options)
    except Refused as error:
        return (Verdict(options.file, "import-linter", "invalid", reason=error.what),)


def _require(options: Options, invalid: Iterable[Verdict]) -> None:
    faults = [Fault("lanes.contract-not-judged", options.file, told(each)) for each in invalid]
    if faults:
        raise Refused(
            "lanes.contract-not-judged",
            f"{len(faults)} contract(s) cannot be judged, before the change or after it",
            where=options.file,
            cure="mend the contracts; `laneshift lanes check` judges them",
            faults=faults,
        )


def _each(found: Iterable[tuple[Verdict, tuple[Breach, ...]]]) -> Iterator[BrokenContract]:
    for verdict, fresh in found:
        yield from (BrokenContract(verdict, each) for each in fresh)
        if verdict.status == "invalid":
            yield BrokenContract(verdict)
