"""The manifests of a tree as they should be: new bytes by path, and every module that has none, with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from laneshift.errors import Refused
from laneshift.manifests.derive import derived, seeds
from laneshift.manifests.discovery import Unit, refusal
from laneshift.manifests.document import NotReadableError, read
from laneshift.manifests.fields import PARITY
from laneshift.manifests.merging import Fields, at, fresh, merged, same
from laneshift.manifests.migrating import KNOWN, migrated
from laneshift.manifests.told import Rejected
from laneshift.manifests.world import World, watched
from laneshift.repo.objects import MODE_EXECUTABLE, MODE_FILE, Tree


@dataclass(frozen=True)
class Generated:
    """`written` is every manifest that is to change, by path; `same` are those that are right as they are. `failed`
    are manifests that are there and cannot be kept up, each with the reason. `consulted` are the files of others whose
    facts a manifest rests on, by its path; None where nobody looked."""

    units: tuple[Unit, ...]
    written: Mapping[str, bytes] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    failed: tuple[Rejected, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    consulted: Mapping[str, frozenset[str]] | None = None


def generate(world: World, tree: Tree, paths: Collection[str] = ()) -> Generated:
    """The manifests of `tree`, whose world is `world`: of all modules, or of those at and below `paths`.

    Raises `Refused` (`manifest.rejected`, `manifest.no-module`) for a path that is no module, with the reason.
    """
    chosen = tuple(chosen_units(world, paths))
    written: dict[str, bytes] = {}
    unchanged: list[str] = []
    failed: list[Rejected] = []
    consulted: dict[str, frozenset[str]] = {}
    for unit in chosen:
        try:
            with watched() as seen:
                data = regenerated(world, tree, unit)
            consulted[unit.manifest] = frozenset(seen.difference(unit.files))
        except NotReadableError as error:
            failed.append(Rejected(unit.manifest, str(error)))
            continue
        if data is None:
            unchanged.append(unit.manifest)
        else:
            written[unit.manifest] = data
    rejected = world.found.rejected if not paths else ()
    return Generated(chosen, written, tuple(unchanged), tuple(failed), rejected, consulted)


def regenerated(world: World, tree: Tree, unit: Unit, more: Fields | None = None) -> bytes | None:
    """The new bytes of a unit's manifest, or None where it is right as it is. `more` are further fields to set.

    Raises `NotReadableError` for a manifest that is there and is no JSON object, or of a schema that is not known.
    """
    fields = {**derived(world, unit), **(more or {})}
    there = existing(tree, unit.manifest)
    if there is None:
        return _lasting(fresh({**seeds(world, unit), **fields}), fields)
    told = at(read(there), ("schema_version",))
    if told not in KNOWN:
        raise NotReadableError(f"schema_version {told!r} is none that this program knows: {', '.join(KNOWN)}"[:200])
    data = _lasting(merged(migrated(there), fields), fields)
    kept_parity(there, data)
    return None if data == there else data


def _lasting(data: bytes, fields: Fields) -> bytes:
    """The manifest, once a second regeneration was seen to change nothing."""
    if merged(data, fields) != data:
        raise NotReadableError("a second regeneration would change it again")
    return data


def kept_parity(before: bytes, after: bytes) -> None:
    """Owner, tier and contracts are the same before and after. Raises `NotReadableError` naming what is not."""
    old, new = read(before), read(after)
    for key in PARITY:
        if not same(at(old, key), at(new, key)):
            raise NotReadableError(f"{'.'.join(key)} would change, and it belongs to people")


def existing(tree: Tree, path: str) -> bytes | None:
    """The bytes of a manifest, None where there is none. Raises `NotReadableError` for what is no regular file."""
    entry = tree.entry(path)
    if entry is None:
        if tree.is_folder(path):
            raise NotReadableError("a folder stands where the manifest belongs")
        return None
    if entry.mode not in (MODE_FILE, MODE_EXECUTABLE):
        raise NotReadableError("it is no regular file")
    return tree.read(path)


def chosen_units(world: World, paths: Collection[str]) -> Iterator[Unit]:
    """The units at and below `paths`, each a folder, a file, a manifest or a dotted name; all without any."""
    if not paths:
        yield from world.found.units
        return
    seen: set[str] = set()
    for path in paths:
        for unit in _at(world, path):
            if unit.path not in seen:
                seen.add(unit.path)
                yield unit


def _at(world: World, path: str) -> Iterable[Unit]:
    plain = path.rstrip("/")
    found = [unit for unit in world.found.units if _is_at(unit, plain)]
    if found:
        return found
    for each in world.found.rejected:
        if each.path == plain or each.path.startswith(f"{plain}/"):
            raise Refused("manifest.rejected", f"{each.path} has no manifest: {each.reason}", where=each.path)
    why = refusal(plain, plain.replace("/", "."), world.settings.manifests)
    if why:
        raise Refused("manifest.rejected", f"{plain[:200]!r} has no manifest: {why}", where=plain[:200])
    aside = any(
        each == plain or each.startswith(f"{plain}/") or plain.startswith(f"{each}/") for each in world.found.aside
    )
    raise Refused(
        "manifest.no-module",
        f"{plain[:200]!r} is no module of this tree",
        why="manifests.set_aside names it" if aside else "",
        where=plain[:200],
        cure="name a package, a module, or a folder with some",
    )


def _is_at(unit: Unit, plain: str) -> bool:
    if plain in ("", ".", unit.name, unit.manifest, *unit.files):
        return True
    return unit.path == plain or unit.path.startswith(f"{plain}/")
