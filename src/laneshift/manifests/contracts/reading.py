"""The contracts of a tree: where they lie, what they say, and what is wrong with those that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from laneshift.errors import Fault
from laneshift.manifests.contracts.form import Contract
from laneshift.manifests.contracts.paths import SUFFIX, path_of
from laneshift.manifests.document import NotReadableError
from laneshift.manifests.document import read as read_json
from laneshift.repo.objects import Tree


@dataclass(frozen=True, slots=True)
class Written:
    """One file. `contract` is None for one that cannot be read, and `faults` say why."""

    path: str
    contract: Contract | None
    faults: tuple[Fault, ...] = ()


def contracts_of(tree: Tree, folder: str) -> tuple[Written, ...]:
    """Every contract file of the tree, in the order of paths."""
    paths = [path for path, _ in tree.below(folder) if path.endswith(SUFFIX)]
    return tuple(_written(tree, folder, path) for path in paths)


def read(data: bytes, path: str) -> Written:
    """The contract in the bytes of a file, or every fault of its form. Never raises for anything in `data`."""
    try:
        return Written(path, Contract.model_validate(read_json(data)))
    except NotReadableError as error:
        return Written(path, None, (Fault("contract.unreadable", path, f"cannot be read: {error}"),))
    except ValidationError as error:
        found = [(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]
        return Written(path, None, tuple(Fault("contract.bad-form", path, f"{key}: {what}") for key, what in found))


def _written(tree: Tree, folder: str, path: str) -> Written:
    entry = tree.entry(path)
    if entry is None or not entry.is_regular:
        return Written(path, None, (Fault("contract.unreadable", path, "is no regular file"),))
    found = read(tree.read(path), path)
    if found.contract is not None and path != path_of(folder, found.contract.module):
        cure = f"call it {path_of(folder, found.contract.module)}, or mend `module`"
        what = f"is about {found.contract.module}, and is not called like it"
        return Written(path, found.contract, (Fault("contract.misnamed", path, what, cure),))
    return found


def twins(written: Sequence[Written]) -> tuple[Fault, ...]:
    """A fault for every contract whose name another one has, whatever the version."""
    first: dict[str, str] = {}
    found = []
    for each in written:
        if each.contract is None:
            continue
        other = first.setdefault(each.contract.name.casefold(), each.path)
        if other != each.path:
            what = f"{each.contract.contract_id!r} has the name of the contract in {other}"
            found.append(Fault("contract.twin", each.path, what, "one name, one contract: rename one of them"))
    return tuple(found)
