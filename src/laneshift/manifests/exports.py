"""What a module offers to others: the names in `__all__`, else its public definitions, each by what it is.

A name that is taken from another module of the repository is followed to where it is defined. The rules are those of
griffe, so that documentation and manifest agree: without `__all__`, what a module imports by name is not offered,
what it takes in by `*` is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from laneshift.code.facts import Facts, Import
from laneshift.code.modules import Modules

Sort = Literal["classes", "functions", "constants", "modules", "others"]
SORTS: tuple[Sort, ...] = ("classes", "functions", "constants", "modules", "others")
_SORT_OF: dict[str, Sort] = {
    "class": "classes",
    "function": "functions",
    "async-function": "functions",
    "variable": "constants",
}
_HOOKS = frozenset({"__getattr__", "__dir__", "__all__"})
_FARTHEST = 40


@dataclass(frozen=True)
class Surface:
    """Names that a module offers, by what they are. `known` is false where the code does not let them be known."""

    names: dict[Sort, set[str]] = field(default_factory=lambda: {sort: set() for sort in SORTS})
    known: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing is offered."""
        return not any(self.names.values())


@dataclass(frozen=True)
class Exports:
    """Answers for one tree. `facts_of` gives the facts of a path, `all_of` a written-out `__all__` of a path whose
    facts do not have it (None where it cannot be read)."""

    modules: Modules
    facts_of: Callable[[str], Facts]
    all_of: Callable[[str], tuple[str, ...] | None]

    def of_file(self, path: str) -> Surface:
        """What one file offers."""
        facts = self.facts_of(path)
        surface = Surface(known=facts.parses)
        if facts.exports is None and "__all__" in facts.links.bound:
            listed = self.all_of(path)
            surface = Surface(known=listed is not None and facts.parses)
        else:
            listed = facts.exports
        for name in self._plain(path, facts) if listed is None else dict.fromkeys(listed):
            surface.names[self._sort(path, name, 0)].add(name)
        return surface

    def of_files(self, files: tuple[str, ...]) -> Surface:
        """What a package offers: the names of its `__init__`; where that offers none, what its public modules offer,
        under `module.name`."""
        package = next((path for path in files if path.endswith("/__init__.py")), None)
        own = Surface() if package is None else self.of_file(package)
        if not own.is_empty or not own.known or (package is not None and self.facts_of(package).exports is not None):
            return own
        return self._of_modules([path for path in files if path != package])

    def _of_modules(self, files: list[str]) -> Surface:
        names: dict[Sort, set[str]] = {sort: set() for sort in SORTS}
        known = True
        for path in files:
            stem = path.rpartition("/")[2].removesuffix(".py")
            if stem.startswith("_"):
                continue
            part = self.of_file(path)
            known = known and part.known
            for sort, found in part.names.items():
                names[sort].update(f"{stem}.{name}" for name in found if not name.startswith("__"))
        return Surface(names, known)

    def _plain(self, path: str, facts: Facts) -> Iterator[str]:
        """The names without `__all__`: public definitions that no import may stand in for, and what comes in by `*`."""
        imported = frozenset(name for one in facts.imports if not one.in_function for name in _bound(one))
        names = (symbol.name for symbol in facts.symbols)
        yield from dict.fromkeys(name for name in names if _is_offered(name) and name not in imported)
        for one in facts.imports:
            if _is_star(one) and not one.in_function and one.kind == "runtime":
                yield from (name for name in self._starred(path, one, 0) if not name.startswith("_"))

    def _starred(self, path: str, one: Import, depth: int) -> Iterator[str]:
        source = self._path_of(path, one)
        if source is None or depth > _FARTHEST:
            return
        facts = self.facts_of(source)
        listed = (
            facts.exports if facts.exports is not None or "__all__" not in facts.links.bound else self.all_of(source)
        )
        if listed is not None:
            yield from listed
            return
        yield from (name for name in facts.links.bound if not name.startswith("_"))
        for again in facts.imports:
            if _is_star(again) and self._path_of(source, again) != path:
                yield from self._starred(source, again, depth + 1)

    def _sort(self, path: str, name: str, depth: int) -> Sort:
        """What a name of a file is; followed through imports, and through `*` where nothing else binds it."""
        facts = self.facts_of(path)
        symbol = next((symbol for symbol in facts.symbols if symbol.name == name), None)
        if symbol is not None:
            return _SORT_OF[symbol.kind]
        if depth > _FARTHEST:
            return "others"
        brought = [self._taken(path, one, name, depth) for one in reversed(facts.imports)]
        if any(found is not None for found in brought):
            return next((found for found in brought if found not in (None, "others")), None) or "others"
        own = self.modules.by_path.get(path, "")
        return "modules" if path.endswith("/__init__.py") and self._is_module(f"{own}.{name}") else "others"

    def _taken(self, path: str, one: Import, name: str, depth: int) -> Sort | None:
        """What `name` is if this import brings it; None if it does not."""
        if one.names is None:
            bound = one.alias or one.module.partition(".")[0]
            return None if bound != name else "modules"
        base = self._base(path, one)
        for taken, alias in one.names:
            if taken == "*" and base is not None:
                source = self.modules.by_name.get(base)
                if source is not None and source != path and name in set(self._starred(path, one, depth)):
                    return self._sort(source, name, depth + 1)
            elif (alias or taken) == name and base is not None:
                if self._is_module(f"{base}.{taken}"):
                    inside = self.modules.by_name.get(base)
                    defines = inside is not None and any(s.name == taken for s in self.facts_of(inside).symbols)
                    if not defines:
                        return "modules"
                source = self.modules.by_name.get(base)
                return "others" if source is None or source == path else self._sort(source, taken, depth + 1)
        return None

    def _is_module(self, name: str) -> bool:
        return name in self.modules.by_name or name in self.modules.packages

    def _path_of(self, path: str, one: Import) -> str | None:
        base = self._base(path, one)
        return None if base is None else self.modules.by_name.get(base)

    def _base(self, path: str, one: Import) -> str | None:
        """The absolute name of the module that an import names; None when its dots lead out of every package."""
        if not one.level:
            return one.module
        parts = self.modules.package_of(path).split(".")
        if not parts[0] or one.level > len(parts):
            return None
        parts = parts[: len(parts) - one.level + 1]
        return ".".join([*parts, one.module] if one.module else parts)


def _is_star(one: Import) -> bool:
    return one.names is not None and one.names[0][0] == "*"


def _bound(one: Import) -> Iterator[str]:
    """The names that an import binds, but for those that `*` brings."""
    if one.names is None:
        yield one.alias or one.module.partition(".")[0]
    else:
        yield from (alias or name for name, alias in one.names if name != "*")


def _is_offered(name: str) -> bool:
    if name.startswith("__") and name.endswith("__"):
        return name not in _HOOKS
    return not name.startswith("_")
