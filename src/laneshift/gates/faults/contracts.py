"""The fault of gate `lanes` where a repository has contracts of import-linter's: an import that breaks one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, pairwise

from laneshift.code.dotted import parents
from laneshift.errors import Refused
from laneshift.gates.faults.scene import Planted, Scene
from laneshift.lanes.contracts.declared import (
    AcyclicSiblings,
    Contract,
    Forbidden,
    Ignored,
    Independence,
    Layers,
    Protected,
    declared,
)
from laneshift.lanes.contracts.options import Options, Table
from laneshift.lanes.contracts.standing import options_of
from laneshift.lanes.contracts.terms import BadOption

_Imports = tuple[tuple[str, str], ...]
"""Importing and imported module, of each import that is to be planted."""

_TRIED = 2000
_SEGMENTS = {"*": r"[^.]+", "**": r"[^.]+(?:\.[^.]+)*"}


def plant(scene: Scene) -> Planted | str:
    """Add an import that a contract forbids to a file of a root package; empty where there is no contract."""
    try:
        options = options_of(scene.tree)
    except Refused as error:
        return error.what
    if options is None:
        return ""
    modules = {name: path for path, name in _modules(scene, options)}
    for table in options.contracts:
        for imports in _forbidden(table, options, tuple(modules)):
            files = {modules[importer]: imported for importer, imported in imports}
            change = scene.change({path: scene.added(path, f"import {name}\n") for path, name in files.items()})
            if change.touched:
                told = " and ".join(f"{path} imports {name}" for path, name in files.items())
                return Planted(f"{told}, which contract {table.get('name', '')!r} forbids", change)
    return "no contract forbids one importable file of a root package to import another"


def _modules(scene: Scene, options: Options) -> Iterator[tuple[str, str]]:
    for path in scene.sources:
        name = scene.module_of(path)
        if any(name == root or name.startswith(f"{root}.") for root in options.root_packages):
            yield path, name


def _forbidden(table: Table, options: Options, modules: tuple[str, ...]) -> Iterator[_Imports]:
    """Imports between modules that this contract alone forbids: one, or two that make a circle."""
    if str(table.get("type", "")) in options.custom_types:
        return
    try:
        contract = declared(table)
    except BadOption:
        return
    tries = _circles(contract, modules) if isinstance(contract, AcyclicSiblings) else _ways(contract, modules)
    for imports in islice(tries, _TRIED):
        if not any(_is_one(*one) or _is_ignored(*one, contract.ignored) for one in imports):
            yield imports


def _circles(contract: AcyclicSiblings, modules: tuple[str, ...]) -> Iterator[_Imports]:
    """Two modules of different children of one package, each of which imports the other."""
    ancestors, skipped = ([*map(_pattern, each)] for each in (contract.ancestors, contract.skipped))
    inside: dict[str, list[tuple[str, str]]] = {}
    for name in modules:
        for package in parents(name):
            if _is_looked_at(package, ancestors, skipped, contract.depth):
                child = name[len(package) + 1 :].partition(".")[0]
                inside.setdefault(package, []).append((child, name))
    for found in inside.values():
        for (child, one), (sibling, other) in combinations(found, 2):
            if child != sibling:
                yield (one, other), (other, one)


def _is_looked_at(
    package: str, ancestors: Iterable[re.Pattern[str]], skipped: Sequence[re.Pattern[str]], depth: int
) -> bool:
    """Whether a package is an ancestor, or so few levels below one that no skipped package lies between."""
    way = [package, *parents(package)][: depth + 1]
    for at, above in enumerate(way):
        if any(pattern.fullmatch(above) for pattern in ancestors):
            return not any(pattern.fullmatch(each) for pattern in skipped for each in way[:at])
    return False


def _ways(contract: Contract, modules: tuple[str, ...]) -> Iterator[_Imports]:
    for sources, targets in _sides(contract, modules):
        for importer in sources:
            for imported in targets:
                yield ((importer, imported),)


def _sides(contract: Contract, modules: tuple[str, ...]) -> Iterator[tuple[list[str], list[str]]]:
    """Modules, and others that none of them may import."""
    if isinstance(contract, Forbidden):
        whole = contract.as_packages
        yield _named(contract.sources, modules, whole=whole), _named(contract.forbidden, modules, whole=whole)
    elif isinstance(contract, Independence):
        for one in contract.modules:
            others = [each for each in contract.modules if each != one]
            yield _named([one], modules), _named(others, modules)
    elif isinstance(contract, Protected):
        whole = contract.as_packages
        protected = _named(contract.protected, modules, whole=whole)
        allowed = {*_named(contract.allowed, modules, whole=whole), *_named(contract.protected, modules)}
        yield [each for each in modules if each not in allowed], protected
    elif isinstance(contract, Layers):
        for container in contract.containers or ("",):
            prefix = f"{container}." if container else ""
            for higher, lower in pairwise(contract.layers):
                low, high = ([prefix + name for name in layer.modules] for layer in (lower, higher))
                yield _named(low, modules), _named(high, modules)


def _named(expressions: Iterable[str], modules: Iterable[str], *, whole: bool = True) -> list[str]:
    """The modules that expressions mean; with `whole` also those below them."""
    patterns = [_pattern(expression) for expression in expressions]
    found = []
    for name in modules:
        above = (name, *parents(name)) if whole else (name,)
        if any(pattern.fullmatch(each) for pattern in patterns for each in above):
            found.append(name)
    return found


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(r"\.".join(_SEGMENTS.get(part) or re.escape(part) for part in expression.split(".")))


def _is_one(importer: str, imported: str) -> bool:
    """Whether one is the other, or lies below it: import-linter lets a package and what it holds alone."""
    return f"{importer}.".startswith(f"{imported}.") or f"{imported}.".startswith(f"{importer}.")


def _is_ignored(importer: str, imported: str, ignored: Ignored) -> bool:
    for each in ignored.expressions:
        source, _, target = str(each).partition(" -> ")
        if _pattern(source).fullmatch(importer) and _pattern(target).fullmatch(imported):
            return True
    return False
