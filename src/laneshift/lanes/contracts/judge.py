"""Judge contracts on grimp's graph, type by type, as import-linter 2 does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from grimp import ImportGraph, Route
from grimp import Layer as GrimpLayer
from grimp.exceptions import GrimpException

from laneshift.code.dotted import parents
from laneshift.lanes.contracts.declared import (
    AcyclicSiblings,
    Contract,
    Forbidden,
    Ignored,
    Independence,
    Layers,
    Protected,
)
from laneshift.lanes.contracts.terms import BadOption
from laneshift.lanes.contracts.verdicts import Breach, Step

Describe = Callable[[str, str], Step]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a contract is judged on: a graph of its own that it may change, and what the configuration says of it."""

    graph: ImportGraph
    roots: tuple[str, ...]
    with_externals: bool
    describe: Describe


def judge(contract: Contract, ground: Ground) -> tuple[tuple[Breach, ...], tuple[str, ...]]:
    """The breaches, sorted, and warnings. Raises `BadOption` where the contract does not fit the graph."""
    try:
        return _judge(contract, ground)
    except BadOption:
        raise
    except (GrimpException, ValueError) as error:
        raise BadOption(str(error)) from error


def _judge(contract: Contract, ground: Ground) -> tuple[tuple[Breach, ...], tuple[str, ...]]:
    if isinstance(contract, AcyclicSiblings):
        ancestors = _existing(ground.graph, contract.ancestors)
        skipped = _existing(ground.graph, contract.skipped)
        warnings = _ignore(ground.graph, contract.ignored)
        return tuple(sorted(_circles(contract, ground, ancestors, skipped))), warnings
    warnings = _ignore(ground.graph, contract.ignored)
    if isinstance(contract, Layers):
        found = _layers(contract, ground)
    elif isinstance(contract, Forbidden):
        found = _forbidden(contract, ground)
    elif isinstance(contract, Independence):
        found = _independence(contract, ground)
    else:
        found = _protected(contract, ground)
    return tuple(sorted(set(found))), (*warnings, *_empty(contract, ground.graph))


def _empty(contract: Layers | Forbidden | Independence | Protected, graph: ImportGraph) -> Iterator[str]:
    """A warning where wildcards match so little that nothing was compared: import-linter calls that kept."""
    if isinstance(contract, Layers):
        few = contract.containers is not None and not _named(graph, contract.containers)
    elif isinstance(contract, Forbidden):
        few = not (_named(graph, contract.sources) and _named(graph, contract.forbidden))
    elif isinstance(contract, Independence):
        few = len(_named(graph, contract.modules)) < 2
    else:
        few = not _named(graph, contract.protected)
    if few:
        yield "the wildcards match too few modules: nothing was compared"


def _ignore(graph: ImportGraph, ignored: Ignored) -> tuple[str, ...]:
    """Remove the ignored imports; warnings for expressions that match none."""
    matches = [(expression, graph.find_matching_direct_imports(str(expression))) for expression in ignored.expressions]
    unmatched = [f"nothing matches the ignored import {expression}" for expression, found in matches if not found]
    if unmatched and ignored.unmatched == "error":
        raise BadOption("; ".join(unmatched))
    for importer, imported in {(each["importer"], each["imported"]) for _, found in matches for each in found}:
        graph.remove_import(importer=importer, imported=imported)
    return tuple(unmatched) if ignored.unmatched == "warn" else ()


def _named(graph: ImportGraph, expressions: Iterable[str]) -> set[str]:
    """The modules that expressions mean; one without a wildcard means itself, whether it exists or not."""
    found: set[str] = set()
    for expression in expressions:
        found |= graph.find_matching_modules(expression) if "*" in expression else {expression}
    return found


def _existing(graph: ImportGraph, expressions: Iterable[str]) -> set[str]:
    found = set()
    for expression in expressions:
        named = _named(graph, [expression]) & graph.modules
        if not named:
            raise BadOption(f"{expression} is no module")
        found |= named
    return found


def _require(graph: ImportGraph, modules: Iterable[str]) -> None:
    missing = sorted(set(modules) - graph.modules)
    if missing:
        raise BadOption(f"no module is called {', '.join(missing)}")


def _layers(contract: Layers, ground: Ground) -> Iterator[Breach]:
    graph = ground.graph
    containers = _named(graph, contract.containers or ())
    strangers = [name for name in containers if not _inside(name, ground.roots)]
    if strangers:
        raise BadOption(f"container {min(strangers)} is not in a root package")
    needed = {name for layer in contract.layers for name in layer.modules if name not in layer.optional}
    prefixes = [f"{container}." for container in containers] if contract.containers else [""]
    _require(graph, (prefix + name for prefix in prefixes for name in needed))
    if contract.containers and not containers:
        return
    _require(graph, containers)
    levels = [GrimpLayer(*layer.modules, independent=layer.independent) for layer in contract.layers]
    if contract.exhaustive:
        known = {name for layer in contract.layers for name in layer.modules} | set(contract.exhaustive_ignores)
        for container in containers:
            for child in graph.find_children(container):
                if child.rpartition(".")[2] not in known:
                    yield Breach(f"{child} is in no layer")
    for each in graph.find_illegal_dependencies_for_layers(levels, containers or None):
        for route in each.routes:
            yield from _routes(f"{each.importer} may not import {each.imported}", route, ground.describe)


def _routes(what: str, route: Route, describe: Describe) -> Iterator[Breach]:
    """The chain of a route, and one more for each further module that it may begin or end with."""
    heads, tails = sorted(route.heads), sorted(route.tails)
    yield Breach(what, _chain([heads[0], *route.middle, tails[0]], describe))
    for head in heads[1:]:
        yield Breach(what, _chain([head, *route.middle, tails[0]], describe))
    for tail in tails[1:]:
        yield Breach(what, _chain([heads[0], *route.middle, tail], describe))


def _chain(modules: list[str], describe: Describe) -> tuple[Step, ...]:
    return tuple(describe(importer, imported) for importer, imported in pairwise(modules))


def _independence(contract: Independence, ground: Ground) -> Iterator[Breach]:
    modules = _named(ground.graph, contract.modules)
    _require(ground.graph, modules)
    for each in ground.graph.find_illegal_dependencies_for_layers([modules]) if modules else ():
        for route in each.routes:
            yield from _routes(f"{each.importer} may not import {each.imported}", route, ground.describe)


def _forbidden(contract: Forbidden, ground: Ground) -> Iterator[Breach]:
    graph = ground.graph
    sources, forbidden = _named(graph, contract.sources), _named(graph, contract.forbidden)
    externals = {name for name in forbidden if not _inside(name, ground.roots)}
    _require(graph, sources | (forbidden - externals))
    if externals and not ground.with_externals:
        raise BadOption(f"{min(externals)} is outside the root packages and include_external_packages is not set")
    if any("." in name for name in externals):
        raise BadOption("a forbidden module inside another project cannot be told apart from the rest of it")
    targets = sorted(forbidden & graph.modules)
    if contract.allow_indirect:
        yield from _at_once(contract, ground, sources, targets)
        return
    for source in sorted(sources):
        for target in targets:
            if _overlap(source, target, contract.as_packages):
                continue
            for chain in graph.find_shortest_chains(source, target, as_packages=contract.as_packages):
                yield _forbade(source, target, list(chain), ground)


def _forbade(source: str, target: str, chain: list[str], ground: Ground) -> Breach:
    return Breach(f"{source} may not import {target}", _chain(chain, ground.describe))


def _overlap(source: str, target: str, as_packages: bool) -> bool:
    return source == target or (as_packages and (_inside(source, (target,)) or _inside(target, (source,))))


def _at_once(contract: Forbidden, ground: Ground, sources: set[str], targets: Iterable[str]) -> Iterator[Breach]:
    """The imports that lead at once from a source to a target. Few modules import a target, and sources may be many."""
    graph = ground.graph

    @cache
    def inside(module: str) -> set[str]:
        return _whole(graph, module) if contract.as_packages else {module}

    for target in targets:
        for imported in inside(target):
            for importer in graph.find_modules_that_directly_import(imported):
                for source in sources.intersection((importer, *parents(importer))):
                    if importer in inside(source) and not _overlap(source, target, contract.as_packages):
                        yield _forbade(source, target, [importer, imported], ground)


def _whole(graph: ImportGraph, module: str) -> set[str]:
    return {module} if graph.is_module_squashed(module) else {module} | graph.find_descendants(module)


def _protected(contract: Protected, ground: Ground) -> Iterator[Breach]:
    graph = ground.graph
    allowed = _named(graph, contract.allowed)
    if contract.as_packages:
        allowed |= {below for name in allowed for below in _descendants(graph, name)}
    for top in _named(graph, contract.protected):
        _require(graph, [top])
        inside = _whole(graph, top) if contract.as_packages else {top}
        for module in inside:
            for importer in graph.find_modules_that_directly_import(module) - allowed - inside:
                yield Breach(f"only some may import {top}", (ground.describe(importer, module),))


def _descendants(graph: ImportGraph, module: str) -> set[str]:
    if module not in graph.modules:
        raise BadOption(f"{module} is no module")
    if graph.is_module_squashed(module):
        raise BadOption(f"{module} is another project, and cannot be treated as a package")
    return graph.find_descendants(module)


def _circles(contract: AcyclicSiblings, ground: Ground, ancestors: set[str], skipped: set[str]) -> Iterator[Breach]:
    depth_of = dict.fromkeys(sorted(ancestors), contract.depth)
    looked: dict[str, int] = {}
    stack = list(depth_of.items())
    while stack:
        package, depth = stack.pop()
        if looked.get(package, -1) >= depth:
            continue
        children = ground.graph.find_children(package)
        if package not in looked and len(children) > 1:
            for importer, imported in ground.graph.nominate_cycle_breakers(package):
                yield Breach(f"the children of {package} form a circle", (ground.describe(importer, imported),))
        looked[package] = depth
        if depth:
            stack.extend((child, depth - 1) for child in children - skipped)


def _inside(name: str, packages: Iterable[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
