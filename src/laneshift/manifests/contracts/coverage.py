"""How many of the modules that matter most have a contract that holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from laneshift.code.index import Index
from laneshift.errors import CheckFailed, Fault
from laneshift.manifests.contracts.check import checked_one
from laneshift.manifests.contracts.ground import Ground
from laneshift.manifests.document import NotReadableError, read
from laneshift.repo.objects import Tree

TIER = "T1_critical"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The modules of tier T1, those with a valid contract, and every other one with the reason.

    `unread` are manifests that cannot be read: nobody knows whether theirs are among those modules.
    """

    modules: tuple[str, ...]
    covered: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    unread: tuple[Fault, ...]

    @property
    def share(self) -> Fraction:
        """Covered of all, exactly."""
        return Fraction(len(self.covered), len(self.modules))


def coverage(tree: Tree, index: Index) -> Coverage:
    """The coverage of a tree.

    Raises `CheckFailed` (`contract.no-critical-module`) when no manifest names a module of tier T1: of nothing there is
    no share.
    """
    ground = Ground(tree, index)
    unread: list[Fault] = []
    modules = tuple(sorted(set(_critical(ground, unread))))
    if not modules:
        raise CheckFailed(
            "contract.no-critical-module",
            f"no manifest names a module of tier {TIER}, so there is nothing to cover",
            where=tree.oid,
            cure="give `testing.quality_tier` to the manifests of what matters, after laneshift manifest generate",
            faults=unread,
        )
    reasons = {module: _missing(ground, module) for module in modules}
    covered = tuple(module for module in modules if not reasons[module])
    missing = tuple((module, reason) for module, reason in reasons.items() if reason)
    return Coverage(modules, covered, missing, tuple(unread))


def _critical(ground: Ground, unread: list[Fault]) -> Iterator[str]:
    for unit in ground.world.found.units:
        if unit.manifest not in ground.tree:
            continue
        try:
            testing = read(ground.tree.read(unit.manifest)).get("testing", {})
        except NotReadableError as error:
            unread.append(Fault("contract.bad-manifest", unit.manifest, f"cannot be read: {error}"))
            continue
        if isinstance(testing, dict) and testing.get("quality_tier") == TIER:
            yield unit.name


def _missing(ground: Ground, module: str) -> str:
    """Why a module counts as not covered; empty where it has a contract that holds."""
    found = [each for each in ground.written if each.contract is not None and each.contract.module == module]
    if not found:
        broken = [each for each in ground.written if each.contract is None and module in each.path]
        return f"{broken[0].path} cannot be read" if broken else "has no contract"
    faults = checked_one(ground, found[0]).faults
    if not faults:
        return ""
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return f"{found[0].path}: {faults[0].what}{more}"
