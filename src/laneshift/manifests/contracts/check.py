"""Contracts held against reality, alone or against what they were on a base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laneshift.code.index import Index
from laneshift.errors import CheckFailed, Fault, Refused
from laneshift.manifests.contracts.benchmarks import measured
from laneshift.manifests.contracts.compatibility import judged
from laneshift.manifests.contracts.form import Contract
from laneshift.manifests.contracts.ground import Ground
from laneshift.manifests.contracts.interface import compared
from laneshift.manifests.contracts.meaning import meant
from laneshift.manifests.contracts.reading import Written, contracts_of, twins
from laneshift.manifests.contracts.references import resolved
from laneshift.manifests.contracts.telling import told
from laneshift.manifests.document import NotReadableError
from laneshift.manifests.document import read as read_json
from laneshift.repo.objects import Tree


@dataclass(frozen=True, slots=True)
class Checked:
    """One contract file, everything that is wrong with it, and what it might say besides."""

    written: Written
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All contracts that were asked about. `faults` belong to no single one: twins, breaks, references to them."""

    checked: tuple[Checked, ...]
    faults: tuple[Fault, ...]

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """Every fault, those of single contracts first."""
        return (*(fault for each in self.checked for fault in each.faults), *self.faults)

    @property
    def notes(self) -> tuple[Fault, ...]:
        """What is no fault and worth a look."""
        return tuple(note for each in self.checked for note in each.notes)

    @property
    def passes(self) -> bool:
        """Whether every promise is kept."""
        return not self.all_faults


def check(tree: Tree, index: Index, base: Tree | None = None, modules: Sequence[str] = ()) -> Report:
    """Check the contracts of a tree, or those of some modules (dotted names, ids or paths) alone.

    With `base`, promises that were made there may only be taken back under a new major version. Raises `CheckFailed`
    (`contract.nothing-checked`) when there is no contract, `Refused` (`contract.unknown`) for a module without one.
    """
    ground = Ground(tree, index)
    folder = ground.world.settings.contracts.folder
    before = () if base is None else contracts_of(base, folder)
    if not ground.written and not before:
        cure = "laneshift contract draft MODULE"
        raise CheckFailed("contract.nothing-checked", "there is no contract to check", where=f"{folder}/", cure=cure)
    chosen = _chosen(ground.written, modules) if modules else ground.written
    checked = tuple(checked_one(ground, each) for each in chosen)
    if modules:
        kept = {each.contract.name for each in chosen if each.contract is not None}
        before = tuple(each for each in before if each.contract is not None and each.contract.name in kept)
        return Report(checked, judged(before, ground.written))
    return Report(checked, (*twins(ground.written), *judged(before, ground.written), *_from_manifests(ground)))


def checked_one(ground: Ground, written: Written) -> Checked:
    """One contract against the code. Code that is nested too deeply to be followed is a fault, not a crash."""
    contract = written.contract
    if contract is None:
        return Checked(written, written.faults)
    try:
        return _held(ground, written, contract)
    except RecursionError:
        what = f"the code of {contract.module} is nested too deeply to be followed"
        return Checked(written, (*written.faults, Fault("contract.no-code", written.path, what)))


def _held(ground: Ground, written: Written, contract: Contract) -> Checked:
    found = compared(ground.sources, contract, written.path)
    faults = (
        *written.faults,
        *_own(contract, written.path),
        *found.faults,
        *told(ground, contract, written.path),
        *resolved(ground, contract, written.path),
        *measured(ground, contract, written.path),
    )
    return Checked(written, faults, (*found.notes, *_untold(contract, written.path)))


def _own(contract: Contract, path: str) -> Iterator[Fault]:
    """What a contract contradicts in itself."""
    major = int(contract.version.partition(".")[0])
    if major != contract.major:
        what = f"version {contract.version} is not of {contract.contract_id}"
        yield Fault("contract.version", path, what, f"write {contract.major}.0.0, or {contract.name}@v{major}")
    if contract.tier == "T1_critical" and not contract.owner.strip():
        yield Fault("contract.no-owner", path, "is of tier T1_critical and has no owner", "name one")


def _untold(contract: Contract, path: str) -> Iterator[Fault]:
    """A later major that does not tell what it broke."""
    told = {int(each.version.partition(".")[0]) for each in contract.breaking_changes}
    if contract.major > 1 and contract.major not in told:
        what = f"{contract.contract_id} does not tell in `breaking_changes` what it broke"
        yield Fault("contract.break-untold", path, what, f"add {contract.major}.0.0 with a description")


def _chosen(written: Sequence[Written], modules: Sequence[str]) -> tuple[Written, ...]:
    found: dict[str, Written] = {}
    for module in modules:
        named = [each for each in written if module in _names(each)]
        if not named:
            cure = f"laneshift contract draft {module}"
            raise Refused("contract.unknown", f"no contract is about {module!r}", where=module, cure=cure)
        found |= {each.path: each for each in named}
    return tuple(found[path] for path in sorted(found))


def _names(written: Written) -> tuple[str, ...]:
    contract = written.contract
    return (written.path,) if contract is None else (written.path, contract.module, contract.contract_id, contract.name)


def _from_manifests(ground: Ground) -> Iterator[Fault]:
    """Contracts that manifests name have to be there."""
    for unit in ground.world.found.units:
        if unit.manifest not in ground.tree:
            continue
        try:
            named = read_json(ground.tree.read(unit.manifest)).get("contracts", [])
        except NotReadableError as error:
            yield Fault("contract.bad-manifest", unit.manifest, f"cannot be read: {error}")
            continue
        for name in named if isinstance(named, list) else ():
            if name not in ground.ids and not _is_file(ground, name):
                what = f"`contracts` names {str(name)[:200]!r}, which is no contract"
                cure = meant(str(name), ground.ids, "laneshift contract draft")
                yield Fault("contract.broken-reference", unit.manifest, what, cure)


def _is_file(ground: Ground, name: object) -> bool:
    return isinstance(name, str) and any(each.path == name for each in ground.written)
