"""Every import of the root packages by the rules of grimp: what a name means is decided by the names alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import NamedTuple

from laneshift.code.dotted import parents
from laneshift.code.links import Import, ImportKind
from laneshift.lanes.contracts.packages import Found

_Asked = tuple[tuple[str, str], ...] | None


class Direct(NamedTuple):
    """One module imports another, at a line (from 1) of its file.

    `outside` names were found in no root package; they are known by their top part, which may be a root package's own
    name when the import asks for a module of it that does not exist.
    """

    importer: str
    imported: str
    line: int
    kind: ImportKind
    outside: bool


class Imports(NamedTuple):
    """All imports of some modules; `is_far` where one counts for a module further up than the package it names."""

    direct: tuple[Direct, ...]
    is_far: bool


def imports_of(
    found: Found, modules: Mapping[str, str], written: Callable[[str], Iterable[Import]], *, deep: bool = False
) -> Imports:
    """The imports of `modules` (path to name), of every kind; those from outside the root packages included.

    `written` gives the imports that stand in the file at a path.

    Grimp takes `a.b.c` for `a.b` where there is no such module, and looks no further up. Python would run `a` and `a.b`
    on its way to `a.b.c.d` before it fails: with `deep` the nearest module above counts, however far up.
    """
    names = _Names(frozenset(modules.values()) | found.namespaces, deep=deep)
    direct: list[Direct] = []
    # Most imports are written in many files alike.
    known: dict[tuple[str, _Asked], tuple[tuple[str, bool], ...]] = {}
    for path, name in modules.items():
        package = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
        for one in written(path):
            base = _base(one, package) if one.level else one.module
            if base is None:
                continue
            targets = known.get((base, one.names))
            if targets is None:
                wanted = [base] if one.names is None else [f"{base}.{each}" for each, _ in one.names]
                targets = known[base, one.names] = tuple(_targets(wanted, names, found.roots))
            direct += [Direct(name, target, one.line, one.kind, outside) for target, outside in targets]
    return Imports(tuple(direct), names.is_far)


class _Names:
    """The modules that there are, and whether a name was found to stand for one further up than the next."""

    def __init__(self, names: Set[str], *, deep: bool) -> None:
        self.is_far = False
        self._names = names
        self._tops = {name.partition(".")[0] for name in names}
        self._up = None if deep else 1

    def internal(self, name: str) -> str | None:
        """The module that a dotted name stands for; None for one from outside."""
        if name in self._names:
            return name
        if name.partition(".")[0] not in self._tops:
            return None
        for far, above in enumerate(islice(parents(name), self._up)):
            if above in self._names:
                self.is_far = self.is_far or far > 0
                return above
        return None


def _targets(wanted: Iterable[str], names: _Names, roots: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """What these dotted names stand for, each with whether that is outside the root packages."""
    for name in wanted:
        target = names.internal(name)
        if target is not None:
            yield target, False
        elif (top := _distilled(name, roots)) is not None:
            yield top, True


def _base(one: Import, package: str) -> str | None:
    """The module that an import with dots asks, or asks for; None where these lead out of every package."""
    parts = package.split(".")
    if not package or one.level > len(parts):
        return None
    parts = parts[: len(parts) - one.level + 1]
    return ".".join([*parts, one.module] if one.module else parts)


def _distilled(name: str, roots: tuple[str, ...]) -> str | None:
    """The outside project of a name: its top part, or as much as sets it apart from a root package in its namespace."""
    if any(root.startswith(f"{name}.") for root in roots):
        return None
    parts = name.split(".")
    portions: list[list[str]] = []
    for root in roots:
        if not root.startswith(f"{parts[0]}."):
            continue
        own = root.split(".")
        shared = next(
            (at for at, (a, b) in enumerate(zip(parts, own, strict=False)) if a != b), min(len(parts), len(own))
        )
        portions.append(parts[: shared + 1])
    deepest = max(portions, key=len, default=parts[:1])
    return ".".join(deepest)
