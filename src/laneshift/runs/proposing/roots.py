"""The source roots of a tree: src layout, flat, or several distributions; and the folders that only look like one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from laneshift.code.moves import scan
from laneshift.code.moves.imported import imported
from laneshift.code.moves.roots import root_of
from laneshift.repo.objects import Tree
from laneshift.runs.proposing.areas import ROOT_NAMES, above, is_beside, packages_of, test_area, topmost
from laneshift.runs.proposing.named import Named, read_names

_MARKER = "/__init__.py"


@dataclass(frozen=True, slots=True)
class Roots:
    """`listed` are the roots to configure, the empty one first; `code` those of them that hold what is not a test.

    `left` are the folders that look like roots and are taken for data: below tests, documentation, or a package.
    """

    listed: tuple[str, ...]
    code: tuple[str, ...]
    left: tuple[str, ...] = ()


def source_roots(tree: Tree, python: Sequence[str]) -> Roots:
    """Look at every topmost package, and ask the imports of the repository where a folder's name does not tell."""
    packages = packages_of(python)
    tops = topmost(packages)
    strange = {top for top in tops if not _can_be_code(top, packages)}
    areas = {top: area for top in tops if top not in strange and (area := test_area(top + _MARKER, packages))}
    ask = _Asker(tree)
    code = {ask(top) for top in tops if top not in strange and top not in areas}
    code |= _of_bare_modules(python, packages, code)
    tests = _of_tests(tree, python, areas)
    used = code | tests
    if any(not _below_any(path, used) for path in python):
        used.add("")
    left = {_parent(top) for top in (*strange, *areas)} - used - set(areas.values())
    left -= {folder for root in used for folder in above(root)}  # the folder of a distribution beside its tests
    return Roots(tuple(sorted(used)), tuple(sorted(code)), tuple(sorted(left)))


def _of_tests(tree: Tree, python: Sequence[str], areas: dict[str, str]) -> set[str]:
    """The roots among folders of tests: those whose packages the repository imports by themselves.

    A folder of tests counts where most imports say so; one below it where files outside it import its packages.
    """
    names = {_name(top) for top in areas} | {_name(area) for area in areas.values()}
    found = read_names(tree, python, names)
    inside: dict[str, list[str]] = {}
    for top in areas:
        inside.setdefault(_parent(top), []).append(_name(top))
    return {folder for folder, tops in inside.items() if _is_root(folder, tops, set(areas.values()), found)}


def _is_root(folder: str, tops: list[str], areas: set[str], found: Named) -> bool:
    if folder in areas:
        alone, below = found.votes(_name(folder), tops)
        return alone > below
    outside = (path for name in tops for path in found.importers.get(name, ()) if not path.startswith(f"{folder}/"))
    return folder != "" and _name(folder) in ROOT_NAMES and any(outside)


class _Asker:
    """Asks `root_of` once for each folder that holds packages."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        mentions = scan.Sweep(())
        self._imported = lru_cache(maxsize=None)(
            lambda name, inside: imported(tree, name, inside, mentions if name else None)
        )
        self._known: dict[str, str] = {}

    def __call__(self, package: str) -> str:
        folder = _parent(package)
        if folder not in self._known:
            self._known[folder] = root_of(self._tree, package + _MARKER, (), self._imported)
        return self._known[folder]


def _of_bare_modules(python: Iterable[str], packages: frozenset[str], known: set[str]) -> set[str]:
    """A top-level `src`, `lib` or `python` whose modules lie in it without a package."""
    folders = {_parent(path) for path in python if path.count("/") == 1}
    return {folder for folder in folders if folder in ROOT_NAMES and folder not in packages and folder not in known}


def _can_be_code(top: str, packages: frozenset[str]) -> bool:
    """Whether a topmost package is more than an example, a template, or the data of another package."""
    plain = top.isprintable() and "\\" not in top and "{" not in top
    return plain and not is_beside(top + _MARKER) and packages.isdisjoint(above(top))


def _below_any(path: str, roots: set[str]) -> bool:
    return any(not root or path.startswith(f"{root}/") for root in roots)


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _name(path: str) -> str:
    return path.rpartition("/")[2]
