"""A first contract for a module, from what its code says: it holds as it is, and people go on from there."""

from __future__ import annotations

import ast
import json
from typing import Any

from laneshift.code.index import Index
from laneshift.errors import Refused
from laneshift.lanes.model import Lane
from laneshift.manifests.contracts.bindings import bindings
from laneshift.manifests.contracts.check import checked_one
from laneshift.manifests.contracts.form import VERSION
from laneshift.manifests.contracts.ground import Ground
from laneshift.manifests.contracts.made_init import makes_init
from laneshift.manifests.contracts.meaning import meant
from laneshift.manifests.contracts.paths import path_of
from laneshift.manifests.contracts.reading import read
from laneshift.manifests.contracts.signature import Signature, of, of_method, promised
from laneshift.manifests.contracts.sources import Place
from laneshift.manifests.document import NotReadableError
from laneshift.manifests.document import read as read_json
from laneshift.manifests.outside import STANDARD
from laneshift.repo.objects import Tree

_CALLED = frozenset({"__init__", "__call__"})
"""The special methods that users of a class call by its name."""


def drafted(tree: Tree, index: Index, module: str) -> tuple[str, bytes]:
    """The path and the bytes of a draft for a module, by its dotted name or its path.

    Raises `Refused`: `contract.no-such-module`, `contract.exists` where there is a contract already,
    `contract.no-code` for code that cannot be parsed.
    """
    ground = Ground(tree, index)
    name = _named(ground, module)
    path = path_of(ground.world.settings.contracts.folder, name)
    if path in tree:
        raise Refused("contract.exists", f"{name} has a contract", where=path, cure="edit it, or delete it first")
    if ground.sources.bindings(name) is None and name in ground.world.modules.by_name:
        raise Refused("contract.no-code", f"the code of {name} cannot be parsed", where=module)
    try:
        data = (json.dumps(_document(ground, name), indent=2, ensure_ascii=False) + "\n").encode("utf-8")
    except RecursionError as error:
        raise Refused("contract.no-code", f"the code of {name} is nested too deeply", where=module) from error
    faults = checked_one(ground, read(data, path)).faults
    if faults:
        what = f"no draft for {name} can be made that holds"
        raise Refused("contract.no-draft", what, where=module, why=faults[0].what, faults=faults)
    return path, data


def _named(ground: Ground, module: str) -> str:
    plain = module.rstrip("/")
    by_path = ground.world.modules.by_path
    name = by_path.get(plain) or by_path.get(f"{plain}/__init__.py") or plain
    if not ground.exists(name):
        cure = meant(name, ground.modules, "name a module of this repository")
        raise Refused("contract.no-such-module", f"{module!r} is no module of this tree", where=module, cure=cure)
    return name


def _document(ground: Ground, name: str) -> dict[str, Any]:
    """The fields in the order of the form; those that only people can fill are left out."""
    own = ground.world.modules.by_name.get(name)
    facts = None if own is None else ground.world.facts[own]
    manifest = _manifest(ground, name)
    signals = ground.signals(name)
    lane = ground.world.lanes.lane_of(own) if own is not None else None
    files = ground.files(name)
    internal = {edge.imported for file in files for edge in ground.world.graph.resolved[file].edges}
    outside = {each for file in files for each in ground.world.graph.outside(file)} - STANDARD
    return {
        "schema_version": VERSION,
        "contract_id": _free_id(ground, name),
        "module": name,
        "version": "1.0.0",
        "status": "draft",
        "tier": manifest.get("tier") or "T3_standard",
        "owner": manifest.get("owner") or _owner(lane),
        "purpose": _purpose("" if facts is None else facts.docstring or "", name),
        "public_interface": {
            **_interface(ground, name),
            "events": {"publishes": list(signals.publishes), "subscribes": list(signals.subscribes)},
        },
        "dependencies": {
            "internal": sorted(each for each in internal if each != name and not each.startswith(f"{name}.")),
            "external": sorted(outside),
        },
        "observability": {"spans": list(signals.spans), "metrics": list(signals.metrics)},
    }


def _free_id(ground: Ground, name: str) -> str:
    """The name of the module, or with a number behind it: a contract that moved away with its module keeps the name."""
    taken = {each.contract.name.casefold() for each in ground.written if each.contract is not None}
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(f"{each}@v1" for each in names if each.casefold() not in taken)


def _interface(ground: Ground, name: str) -> dict[str, Any]:
    """What the module offers by the rules of its manifest, as far as it is code of this tree."""
    path = ground.world.modules.by_name.get(name)
    if path is None:
        return {"classes": [], "functions": []}
    surface = ground.world.exports.of_file(path).names
    classes, functions = [], []
    for each in sorted({*surface["classes"], *surface["functions"], *surface["others"]}):
        place = ground.sources.find(name, each)
        if place is None:
            continue
        if isinstance(place.node, ast.ClassDef):
            classes.append({"name": each, "methods": _methods(ground, place)})
        else:
            functions.append(_function(each, of(place.node)))
    return {"classes": classes, "functions": functions}


def _methods(ground: Ground, place: Place) -> list[dict[str, Any]]:
    """The methods that the class itself defines, and the constructor that Python makes for it, if it does."""
    own = bindings(place.node.body).names
    methods = {name: node for name, node in own.items() if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    if isinstance(place.node, ast.ClassDef) and "__init__" not in own and makes_init(place.node):
        made = ground.sources.method(place, "__init__")
        methods |= {} if made is None else {"__init__": made}
    return [
        _function(name, of_method(node))
        for name, node in sorted(methods.items())
        if name in _CALLED or not name.startswith("_")
    ]


def _function(name: str, signature: Signature) -> dict[str, Any]:
    found = {"name": name, "signature": str(promised(signature))}
    return {**found, "is_async": True} if signature.is_async else found


def _manifest(ground: Ground, name: str) -> dict[str, str]:
    """Tier and owner that the manifest of the module says, where there is one that can be read."""
    unit = next((each for each in ground.world.found.units if each.name == name), None)
    if unit is None or unit.manifest not in ground.tree:
        return {}
    try:
        manifest = read_json(ground.tree.read(unit.manifest))
    except NotReadableError:
        return {}
    said = {"tier": ("testing", "quality_tier"), "owner": ("metadata", "owner")}
    tables = {key: (manifest.get(table), field) for key, (table, field) in said.items()}
    return {key: table.get(field, "") for key, (table, field) in tables.items() if isinstance(table, dict)}


def _owner(lane: Lane | None) -> str:
    return lane.owners[0] if lane is not None and lane.owners else ""


def _purpose(docstring: str, name: str) -> str:
    seen = "".join(letter if letter.isprintable() else " " for letter in docstring).strip()
    return seen or f"What {name} offers to others."
