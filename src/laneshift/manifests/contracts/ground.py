"""What contracts are held against: one tree, its world, and the contracts beside each other."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cached_property

from laneshift.code.index import Index
from laneshift.manifests.contracts.bindings import parse
from laneshift.manifests.contracts.reading import Written, contracts_of
from laneshift.manifests.contracts.sources import Sources
from laneshift.manifests.signals import Signals
from laneshift.manifests.world import World, world_of
from laneshift.repo.objects import Tree


class Ground:
    """One tree, with what has been looked up in it."""

    def __init__(self, tree: Tree, index: Index) -> None:
        self.tree = tree
        self.index = index
        self.world: World = world_of(tree, index)
        self.sources = Sources(tree, self.world.modules)

    @cached_property
    def written(self) -> tuple[Written, ...]:
        """Every contract of the tree."""
        return contracts_of(self.tree, self.world.settings.contracts.folder)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the contracts that can be read."""
        return frozenset(each.contract.contract_id for each in self.written if each.contract is not None)

    def exists(self, module: str) -> bool:
        """Whether a dotted name is a module or a package of the tree."""
        return module in self.world.modules.by_name or module in self.world.modules.packages

    @cached_property
    def modules(self) -> tuple[str, ...]:
        """Every dotted name of the tree, sorted."""
        return tuple(sorted({*self.world.modules.by_name, *self.world.modules.packages}))

    def files(self, module: str) -> tuple[str, ...]:
        """The Python files of a module: its own, and for a package those below it, in the order of paths."""
        below = f"{module}."
        named = self.world.modules.by_path.items()
        return tuple(sorted(path for path, name in named if name == module or name.startswith(below)))

    def signals(self, module: str) -> Signals:
        """What the files of a module show of themselves, together."""
        found = [self.world.signals_of(path) for path in self.files(module)]
        kinds = zip(*found, strict=True) if found else [()] * len(Signals._fields)
        return Signals(*(tuple(sorted({name for names in kind for name in names})) for kind in kinds))

    def literals(self, module: str, wanted: Iterable[str]) -> frozenset[str]:
        """Which of some texts stand in the code of a module, each as a literal of its own and no docstring."""
        left = set(wanted)
        found: set[str] = set()
        for path in self.files(module) if left else ():
            data = self.tree.read(path)
            here = {text for text in left if text.encode("utf-8", "surrogateescape") in data}
            tree = parse(data) if here else None
            found |= set() if tree is None else here & _texts(tree)
        return frozenset(found)


def _texts(tree: ast.Module) -> set[str]:
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements
    }
