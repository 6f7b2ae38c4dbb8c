"""Where the names of a tree's modules are defined, followed through imports, aliases and base classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from laneshift.code.facts.outline import dotted
from laneshift.code.modules import Modules
from laneshift.manifests.contracts.bindings import Bindings, Bound, Definition, Taken, bindings, parse
from laneshift.manifests.contracts.made_init import init_of, is_dataclass, makes_init
from laneshift.repo.objects import Tree

_FARTHEST = 40
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Place:
    """A definition and the module that holds it."""

    node: Definition
    module: str


class Sources:
    """Looks up names of one tree; every file is parsed once, when it is first asked for."""

    def __init__(self, tree: Tree, modules: Modules) -> None:
        self._tree = tree
        self._modules = modules
        self._known: dict[str, Bindings | None] = {}
        self._bodies: dict[int, Bindings] = {}

    def bindings(self, module: str) -> Bindings | None:
        """What a module binds; None for one that is not in the tree, cannot be parsed, or is nested too deeply."""
        if module not in self._known:
            path = self._modules.by_name.get(module)
            self._known[module] = None if path is None else self._read(path)
        return self._known[module]

    def _read(self, path: str) -> Bindings | None:
        tree = parse(self._tree.read(path))
        try:
            return None if tree is None else bindings(tree.body)
        except RecursionError:
            return None

    def find(self, module: str, name: str) -> Place | None:
        """The class or function that a name of a module is; None when it is none, or lies outside of the tree."""
        return self._find(module, name, frozenset())

    def method(self, place: Place, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """A method of a class, its own or inherited from a class of the tree."""
        return self._method(place, name, frozenset())

    def outer_bases(self, place: Place) -> tuple[str, ...]:
        """The bases of a class and of its bases that are not in the tree, as they are written."""
        return tuple(dict.fromkeys(self._outer(place, frozenset())))

    def names(self, module: str) -> Iterator[str]:
        """The names that a module binds by itself."""
        found = self.bindings(module)
        return iter(() if found is None else found.names)

    def _find(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> Place | None:
        found = self.bindings(module)
        if found is None or (module, name) in seen or len(seen) > _FARTHEST:
            return None
        seen |= {(module, name)}
        if name in found.names:
            return self._follow(module, found.names[name], seen)
        for star in found.stars:
            source = self._absolute(module, star)
            place = self._find(source, name, seen) if source and not name.startswith("_") else None
            if place is not None:
                return place
        return None

    def _follow(self, module: str, bound: Bound, seen: frozenset[tuple[str, str]]) -> Place | None:
        if isinstance(bound, (*_FUNCTIONS, ast.ClassDef)):
            return Place(bound, module)
        if isinstance(bound, Taken):
            source = self._absolute(module, bound)
            return self._find(source, bound.name, seen) if source and bound.name else None
        return self._expression(module, bound, seen) if isinstance(bound, ast.expr) else None

    def _expression(self, module: str, node: ast.expr, seen: frozenset[tuple[str, str]]) -> Place | None:
        """What an expression names, where it is a name or a name of an imported module."""
        if isinstance(node, ast.Name):
            return self._find(module, node.id, seen)
        if isinstance(node, ast.Attribute) and isinstance(node.value, (ast.Name, ast.Attribute)):
            owner = self._module_of(module, dotted(node.value))
            return self._find(owner, node.attr, seen) if owner else None
        return None

    def _module_of(self, module: str, words: str) -> str:
        """The module that dotted words mean inside a module; empty when they mean none of the tree."""
        first, _, rest = words.partition(".")
        found = self.bindings(module)
        bound = None if found is None else found.names.get(first)
        if not isinstance(bound, Taken):
            return ""
        base = self._absolute(module, bound)
        whole = ".".join(part for part in (base, bound.name, rest) if part)
        return whole if whole in self._modules.by_name else ""

    def _absolute(self, module: str, taken: Taken) -> str:
        if not taken.level:
            return taken.module
        parts = self._modules.package_of(self._modules.by_name[module]).split(".")
        if not parts[0] or taken.level > len(parts):
            return ""
        parts = parts[: len(parts) - taken.level + 1]
        return ".".join([*parts, taken.module] if taken.module else parts)

    def _body(self, node: ast.ClassDef) -> Bindings:
        if id(node) not in self._bodies:
            self._bodies[id(node)] = bindings(node.body)
        return self._bodies[id(node)]

    def _method(self, place: Place, name: str, seen: frozenset[int]) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        if not isinstance(place.node, ast.ClassDef) or id(place.node) in seen or len(seen) > _FARTHEST:
            return None
        body = self._body(place.node).names
        bound = body.get(name)
        if isinstance(bound, ast.Name):
            bound = body.get(bound.id)
        if isinstance(bound, _FUNCTIONS):
            return bound
        if name in body:
            return None
        if name == "__init__" and makes_init(place.node):
            return init_of([*self._fielded(place, seen | {id(place.node)}), place.node])
        inherited = (self._method(base, name, seen | {id(place.node)}) for base in self._bases(place))
        return next((found for found in inherited if found is not None), None)

    def _fielded(self, place: Place, seen: frozenset[int]) -> Iterator[ast.ClassDef]:
        """The dataclasses that a class inherits fields from, the farthest first, as fields are put together."""
        for base in reversed([*self._bases(place)]):
            if isinstance(base.node, ast.ClassDef) and id(base.node) not in seen and len(seen) <= _FARTHEST:
                yield from self._fielded(base, seen | {id(base.node)})
                if is_dataclass(base.node):
                    yield base.node

    def _bases(self, place: Place) -> Iterator[Place]:
        for base in place.node.bases if isinstance(place.node, ast.ClassDef) else ():
            found = self._expression(place.module, _plain(base), frozenset())
            if found is not None:
                yield found

    def _outer(self, place: Place, seen: frozenset[int]) -> Iterator[str]:
        if not isinstance(place.node, ast.ClassDef) or id(place.node) in seen or len(seen) > _FARTHEST:
            return
        for base in place.node.bases:
            found = self._expression(place.module, _plain(base), frozenset())
            if found is None:
                yield dotted(base) or "an expression"
            else:
                yield from self._outer(found, seen | {id(place.node)})


def _plain(base: ast.expr) -> ast.expr:
    """A base without its type arguments: `Generic[T]` is `Generic`."""
    return base.value if isinstance(base, ast.Subscript) else base
