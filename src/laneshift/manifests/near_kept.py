"""What a generation of all manifests leaves for the next one: the tree, its modules, and whose facts each rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from laneshift.manifests.discovery import Kind, Unit
from laneshift.manifests.sealed import read_sealed, write_sealed
from laneshift.manifests.settled import key_of
from laneshift.manifests.told import Rejected
from laneshift.repo.objects import Repository


@dataclass(frozen=True)
class Near:
    """A tree in which every manifest is right. `consulted` has, for a Python file, the manifests of other modules that
    rest on its facts."""

    tree: str
    units: tuple[Unit, ...]
    rejected: tuple[Rejected, ...] = ()
    consulted: Mapping[str, frozenset[str]] = field(default_factory=dict)


def turned(consulted: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Manifest to files, as file to manifests."""
    found: dict[str, set[str]] = {}
    for manifest, files in consulted.items():
        for path in files:
            found.setdefault(path, set()).add(manifest)
    return {path: frozenset(manifests) for path, manifests in found.items()}


def keep(repository: Repository, near: Near) -> None:
    """Note it, in the place of what was noted before. A cache: it may be deleted at any time."""
    numbers = {unit.manifest: at for at, unit in enumerate(near.units)}
    plain = {
        "key": key_of(near.tree),
        "tree": near.tree,
        "units": [[u.name, u.path, u.kind, u.manifest, [_name(path) for path in u.files]] for u in near.units],
        "rejected": [[each.path, each.reason] for each in near.rejected],
        "consulted": {path: sorted(numbers[each] for each in found) for path, found in near.consulted.items()},
    }
    write_sealed(_file(repository), json.dumps(plain, separators=(",", ":")).encode())


def load(repository: Repository) -> Near | None:
    """What was noted last; None where that is nothing, or is damaged, or another version of this program noted it."""
    body = read_sealed(_file(repository))
    plain = {} if body is None else json.loads(body)
    if plain.get("key") != key_of(str(plain.get("tree"))):
        return None
    units = tuple(_unit(*each) for each in plain["units"])
    return Near(
        plain["tree"],
        units,
        tuple(Rejected(path, reason) for path, reason in plain["rejected"]),
        {path: frozenset(units[at].manifest for at in found) for path, found in plain["consulted"].items()},
    )


def _unit(name: str, path: str, kind: str, manifest: str, names: list[str]) -> Unit:
    files = (path,) if kind == "module" else tuple(f"{path}/{each}" for each in names)
    return Unit(name, path, cast(Kind, kind), files, manifest)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _file(repository: Repository) -> Path:
    return repository.state_dir / "manifests" / "near.json"
