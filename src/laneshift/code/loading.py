"""What loading a module loads, in which order, and what a move would upset in it.

Python runs the `__init__` of every package above a module first, and does not run again what is half loaded: whoever
asks a half loaded module for a name that it does not have yet fails. So a move alone can stop what worked, without any
import that is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from laneshift.code.dotted import parents
from laneshift.code.graph import ImportGraph
from laneshift.code.resolve import Edge

_NEVER = 1 << 62


def upset(graph: ImportGraph, files: Sequence[str], dst: str) -> frozenset[str]:
    """The importers of `files` that may find something half loaded once these are at `dst`, a file or a folder.

    There are two ways. An importer that is loaded before the packages above `dst` have begun makes them begin while it
    is half loaded itself, and they come back to it. And a module that stands in a circle with an importer, where only
    a package that it leaves saw to it that the circle was entered elsewhere, is now entered itself.
    """
    nodes = frozenset(graph.node(path) for path in files)
    importers = {edge.importer for node in nodes for edge in _at_once(graph.importers(node))} - nodes
    name = graph.modules.name_of(dst if dst.endswith(".py") else f"{dst}/__init__.py")
    if not importers or name is None:
        return frozenset()
    old, new = {above for node in nodes for above in parents(node)} - nodes, set(parents(name))
    entered, loaded = new - old, nodes | old & new
    return frozenset(_too_early(graph, importers, entered, loaded) | _entered(graph, importers, nodes, old, new))


def _too_early(graph: ImportGraph, importers: set[str], entered: set[str], loaded: frozenset[str]) -> set[str]:
    """Importers that are loaded before the packages that are new above the module, and are come back to by them."""
    order = begun(graph, min(loaded, key=len).partition(".")[0])
    turn = min((order[above] for above in entered if above in order), default=_NEVER)
    return {each for each in importers & reached(graph, entered, loaded) if order.get(each, _NEVER) < turn}


def _entered(graph: ImportGraph, importers: set[str], nodes: frozenset[str], old: set[str], new: set[str]) -> set[str]:
    """Importers in a circle with the module, when only packages that it leaves entered that circle before it."""
    own = (edge.imported for node in nodes for edge in _at_once(graph.imports(node)))
    met = importers & reached(graph, own, nodes)
    if not met or not nodes & reached(graph, old - new) or nodes & reached(graph, new):
        return set()
    return met


def reached(graph: ImportGraph, names: Iterable[str], loaded: Collection[str] = ()) -> set[str]:
    """Everything that loading `names` asks for; `loaded` is there already, whole or in part, and loads nothing more."""
    found: set[str] = set()
    todo = [each for name in names for each in _with_parents(name)]
    while todo:
        name = todo.pop()
        if name not in found and graph.path(name) is not None:
            found.add(name)
            todo.extend(() if name in loaded else _loads(graph, name))
    return found


def begun(graph: ImportGraph, top: str) -> Mapping[str, int]:
    """What loading `top` loads, each with its turn to begin. Worked out once for a graph."""
    if top not in graph.load_orders:
        graph.load_orders[top] = _begun(graph, top)
    return graph.load_orders[top]


def _begun(graph: ImportGraph, top: str) -> Mapping[str, int]:
    order: dict[str, int] = {}
    under_way = [iter([top])]
    while under_way:
        name = next(under_way[-1], None)
        if name is None:
            under_way.pop()
        elif name not in order and graph.path(name) is not None:
            order[name] = len(order)
            under_way.append(_loads(graph, name))
    return order


def _loads(graph: ImportGraph, name: str) -> Iterator[str]:
    """What a module loads by itself, in turn."""
    for edge in sorted(_at_once(graph.imports(name)), key=lambda edge: edge.line):
        yield from _with_parents(edge.imported)


def _with_parents(name: str) -> Iterator[str]:
    yield from reversed(tuple(parents(name)))
    yield name


def _at_once(edges: Iterable[Edge]) -> Iterator[Edge]:
    """The imports that run when their module loads."""
    return (edge for edge in edges if edge.kind == "runtime" and not edge.in_function)
