"""Which files of a tree are modules of the root packages, by the rules that grimp reads a folder by.

A folder without `__init__.py` inside a package that has one is not looked into, and neither is a folder whose name is
no identifier. Such files run all the same when something imports them, so they are told apart and not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from laneshift.errors import Refused

_Folder = dict[str, "_Folder | None"]


@dataclass(frozen=True, slots=True)
class Found:
    """Module names by path for one set of root packages.

    `seen` are the files that grimp reads, `orphans` further ones that can be imported but that it does not read,
    `namespaces` folders that are packages without a file.
    """

    roots: tuple[str, ...]
    seen: Mapping[str, str]
    orphans: Mapping[str, str]
    namespaces: frozenset[str]

    def is_own(self, name: str) -> bool:
        """Whether a module belongs to a root package, by its name alone."""
        return any(name == root or name.startswith(f"{root}.") for root in self.roots)


def find(paths: Iterable[str], packages: tuple[str, ...], source_roots: Iterable[str]) -> Found:
    """Find `packages` below the source roots. Raises `Refused` (`lanes.no-root-package`) for one that is not there."""
    tree = _folders(paths)
    seen: dict[str, str] = {}
    orphans: dict[str, str] = {}
    namespaces: set[str] = set()
    ordered = sorted(set(source_roots) | {""}, key=lambda root: (root != "", root))
    for package in packages:
        for place in _places(tree, package, ordered):
            found = _Walk(package, place)
            found.walk(_at(tree, place))
            seen.update(found.seen)
            orphans.update(found.orphans)
            namespaces.update(found.namespaces)
    return Found(packages, _first_wins(seen), orphans, frozenset(namespaces))


def _folders(paths: Iterable[str]) -> _Folder:
    top: _Folder = {}
    for path in paths:
        here = top
        *above, name = path.split("/")
        for part in above:
            inner = here.setdefault(part, {})
            here = inner if inner is not None else {}
        here.setdefault(name, None)
    return top


def _at(tree: _Folder, place: str) -> _Folder:
    here = tree
    for part in filter(None, place.split("/")):
        inner = here.get(part)
        if inner is None:
            return {}
        here = inner
    return here


def _places(tree: _Folder, package: str, source_roots: list[str]) -> list[str]:
    """The folders of a package: the first that has an `__init__.py`, else all of a namespace."""
    below = package.replace(".", "/")
    places = [f"{root}/{below}" if root else below for root in source_roots]
    folders = [place for place in places if _at(tree, place)]
    regular = [place for place in folders if "__init__.py" in _at(tree, place)]
    if not folders:
        why = "a file, not a folder" if any(_is_file(tree, f"{place}.py") for place in places) else "no such folder"
        raise Refused("lanes.no-root-package", f"root package {package!r} is not in this tree", why=why)
    return regular[:1] or folders


def _is_file(tree: _Folder, path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return _at(tree, folder).get(name, tree) is None


class _Walk:
    """One pass through the folder of one root package."""

    def __init__(self, package: str, place: str) -> None:
        self.seen: dict[str, str] = {}
        self.orphans: dict[str, str] = {}
        self.namespaces: set[str] = set()
        self._package = package
        self._place = place
        self._portions: list[str] = []

    def walk(self, top: _Folder) -> None:
        stack: list[tuple[str, _Folder, bool]] = [(self._place, top, False)]
        while stack:
            place, folder, orphaned = stack.pop()
            regular = "__init__.py" in folder
            # By the start of the text, as grimp does: `ab` counts as inside `a`.
            inside = any(place.startswith(portion) for portion in self._portions)
            orphaned = orphaned or (inside and not regular)
            if regular and not inside:
                self._portions.append(place)
            files = [name for name, inner in folder.items() if inner is None and _is_module(name)]
            for name in files:
                (self.orphans if orphaned else self.seen)[f"{place}/{name}"] = self._name(f"{place}/{name}")
            if not orphaned and not inside and not regular and _holds_modules(folder):
                self.namespaces.add(self._name(place))
            inner_folders = [
                (name, inner) for name, inner in folder.items() if inner is not None and name.isidentifier()
            ]
            stack.extend((f"{place}/{name}", inner, orphaned) for name, inner in reversed(inner_folders))

    def _name(self, path: str) -> str:
        below = path[len(self._place) :].strip("/").removesuffix(".py").split("/")
        parts = [self._package, *(part for part in below if part)]
        return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def _is_module(name: str) -> bool:
    return name.endswith(".py") and not name.startswith(".") and name.count(".") == 1


def _holds_modules(folder: _Folder) -> bool:
    return any(_has_module(inner, name) for name, inner in folder.items())


def _has_module(inner: _Folder | None, name: str) -> bool:
    if inner is None:
        return _is_module(name)
    return name.isidentifier() and _holds_modules(inner)


def _first_wins(seen: Mapping[str, str]) -> dict[str, str]:
    """Where a file and a package have one name, grimp reads the file."""
    chosen: dict[str, str] = {}
    for path, name in seen.items():
        if name not in chosen or not path.endswith("/__init__.py"):
            chosen[name] = path
    return dict(zip(chosen.values(), chosen, strict=True))
