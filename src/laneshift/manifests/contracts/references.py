"""Whether everything that a contract refers to is there: modules, packages, contracts, tests, names of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from laneshift.errors import Fault
from laneshift.manifests.contracts.form import Contract
from laneshift.manifests.contracts.ground import Ground
from laneshift.manifests.contracts.meaning import meant
from laneshift.manifests.outside import STANDARD, canonical, table


def resolved(ground: Ground, contract: Contract, path: str) -> Iterator[Fault]:
    """A fault for every reference that leads nowhere, with what may have been meant."""
    if not ground.exists(contract.module):
        yield _fault(path, "module", contract.module, ground.modules)
    needs = contract.dependencies
    for module in needs.internal:
        if not ground.exists(module):
            yield _fault(path, "dependencies.internal", module, ground.modules)
    yield from _external(ground, contract, path)
    for contract_id in needs.contracts:
        if contract_id not in ground.ids:
            yield _fault(path, "dependencies.contracts", contract_id, ground.ids)
    for test in contract.quality_guarantees.tests:
        file = test.partition("::")[0]
        if file not in ground.tree and not ground.tree.is_folder(file):
            yield _fault(path, "quality_guarantees.tests", file, ground.index.files(ground.tree))
    yield from _own_names(ground, contract, path)


def _external(ground: Ground, contract: Contract, path: str) -> Iterator[Fault]:
    """What is said to come from outside has to be imported by the module, under this name or as this distribution."""
    imported = {name for file in ground.files(contract.module) for name in ground.world.graph.outside(file)}
    known = {canonical(name) for name in imported}
    known |= {canonical(found) for name in imported for found in table().get(name, ())}
    for name in contract.dependencies.external:
        if canonical(name) not in known:
            third = sorted(imported - STANDARD) or sorted(imported)
            yield _fault(path, "dependencies.external", name, third)


def _own_names(ground: Ground, contract: Contract, path: str) -> Iterator[Fault]:
    declared = contract.public_interface
    own = {*(each.name for each in declared.functions), *(each.name for each in declared.classes)}
    own |= {f"{each.name}.{method.name}" for each in declared.classes for method in each.methods}
    own |= {*declared.events.publishes, *declared.events.subscribes}
    for each in contract.deprecations:
        if each.name not in own:
            yield _fault(path, "deprecations.name", each.name, own)
        if each.replacement and each.replacement not in own and not _is_in_code(ground, each.replacement):
            yield _fault(path, "deprecations.replacement", each.replacement, own)


def _is_in_code(ground: Ground, dotted: str) -> bool:
    module, _, name = dotted.rpartition(".")
    return ground.exists(dotted) or (bool(module) and ground.sources.find(module, name) is not None)


def _fault(path: str, key: str, name: str, known: Iterable[str]) -> Fault:
    cure = meant(name, known, "name something that is there")
    return Fault("contract.broken-reference", path, f"{key} names {name!r}, which is not there", cure)
