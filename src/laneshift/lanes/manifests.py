"""The manifests of a tree: which modules should have one, what it should say, and whether it does.

A manifest belongs to a package and lies in its folder. What people wrote in it stays; name and lane follow the tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from laneshift.code.facts import Facts
from laneshift.code.modules import Modules
from laneshift.errors import Fault, Refused
from laneshift.lanes.manifest_text import FILE, Manifest, read, renewed, write
from laneshift.lanes.model import Lane, Lanes
from laneshift.repo.objects import Tree


def packages(tree: Tree, modules: Modules, lanes: Lanes, chosen: Iterable[str] = ()) -> tuple[str, ...]:
    """The folders that manifests are about, sorted: the chosen ones, else every outermost package of each lane and
    every folder that has one already.

    `chosen` are folders or dotted names. Raises `Refused` (`lanes.no-such-module`) for what is no package of the tree.
    """
    if chosen:
        return tuple(sorted({_folder(tree, modules, name) for name in chosen}))
    found = {path.removesuffix(f"/{FILE}") for path, entry in tree.below("") if path.endswith(f"/{FILE}")}
    inits = {path.removesuffix("/__init__.py") for path in modules.by_path if path.endswith("/__init__.py")}
    for folder in inits:
        lane = lanes.lane_of(f"{folder}/__init__.py")
        parent = folder.rpartition("/")[0]
        if lane is not None and not (parent in inits and lanes.lane_of(f"{parent}/__init__.py") is lane):
            found.add(folder)
    return tuple(sorted(found))


def _folder(tree: Tree, modules: Modules, name: str) -> str:
    folder = name.rstrip("/").removesuffix("/__init__.py").removesuffix(f"/{FILE}")
    if not tree.is_folder(folder):
        folder = modules.by_name.get(name, "").removesuffix("/__init__.py")
    if not folder or not tree.is_folder(folder):
        raise Refused("lanes.no-such-module", f"{name!r} is no package of this tree", cure="name a folder or a package")
    return folder


def generated(
    tree: Tree, folders: Iterable[str], modules: Modules, lanes: Lanes, facts: Mapping[str, Facts]
) -> dict[str, bytes]:
    """Path to bytes of every manifest as it should be. Raises `Refused` (`lanes.bad-manifest`) for those unreadable."""
    made: dict[str, bytes] = {}
    faults: list[Fault] = []
    for folder in folders:
        path = f"{folder}/{FILE}"
        init = f"{folder}/__init__.py"
        name, lane = modules.name_of(init), lanes.lane_of(init)
        if name is None or lane is None:
            faults.append(Fault("lanes.no-lane", folder, "has no dotted name, or lies outside all lanes"))
            continue
        if path not in tree:
            made[path] = write(Manifest(name, lane.name, lane.owners[0] if lane.owners else "", _about(facts, init)))
            continue
        data = tree.read(path)
        old, found = _lenient(data, path)
        if old is None:
            faults.extend(found)
        else:
            made[path] = renewed(data, old, replace(old, name=name, lane=_named(old.lane, lane)))
    if faults:
        raise Refused("lanes.bad-manifest", f"{len(faults)} fault(s) in manifests", faults=faults)
    return made


def _about(facts: Mapping[str, Facts], init: str) -> str:
    """The first line of the package's docstring, without characters that cannot be seen."""
    text = (facts[init].docstring or "") if init in facts else ""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _lenient(data: bytes, path: str) -> tuple[Manifest | None, tuple[Fault, ...]]:
    """A manifest that lacks nothing but an owner can be generated again: that is how a fresh one looks."""
    manifest, faults = read(data, path)
    if manifest is None and len(faults) == 1 and faults[0].what == "has no owner":
        manifest, _ = read(data.replace(b"owner: ''", b"owner: x", 1), path)
        return (None if manifest is None else replace(manifest, owner="")), faults
    return manifest, faults


def _named(said: str, lane: Lane) -> str:
    """The lane's name, or the alias that the manifest uses for it."""
    return said if said in lane.aliases else lane.name


def faults_of(tree: Tree, folders: Iterable[str], modules: Modules, lanes: Lanes) -> tuple[int, tuple[Fault, ...]]:
    """How many manifests were read, and everything that is wrong with any of them, or missing."""
    count = 0
    faults: list[Fault] = []
    for folder in folders:
        path = f"{folder}/{FILE}"
        if path not in tree:
            faults.append(Fault("lanes.no-manifest", path, "is missing", "laneshift lanes manifest generate"))
            continue
        count += 1
        manifest, found = read(tree.read(path), path)
        faults.extend(found)
        if manifest is not None:
            faults.extend(_contradictions(tree, folder, manifest, modules, lanes))
    return count, tuple(faults)


def _contradictions(tree: Tree, folder: str, manifest: Manifest, modules: Modules, lanes: Lanes) -> Iterator[Fault]:
    path, init = f"{folder}/{FILE}", f"{folder}/__init__.py"
    name, lane = modules.name_of(init), lanes.lane_of(init)
    if manifest.name != name:
        yield Fault("lanes.manifest-name", path, f"says {manifest.name!r}, the module is {name!r}")
    if lanes.get(manifest.lane) is None or lanes.get(manifest.lane) is not lane:
        yield Fault(
            "lanes.manifest-lane", path, f"says lane {manifest.lane!r}, it lies in {lane.name if lane else None!r}"
        )
    for artifact in manifest.artifacts:
        if artifact not in tree and not tree.is_folder(artifact.rstrip("/")):
            yield Fault("lanes.manifest-artifact", path, f"names {artifact!r}, which is not in the tree")
