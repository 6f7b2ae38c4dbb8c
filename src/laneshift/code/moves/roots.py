"""Under which source root a path lies, found by looking only at the folders above it.

A folder without `__init__.py` that holds packages is either a source root (`backend/shop` is imported as `shop`) or a
namespace package (`acme/shop` is imported as `acme.shop`). A project file beside the packages says root; otherwise
the imports that the repository contains decide: those of the packages first, by the larger number where some are
imported as part of the folder and others by themselves, then those of anything else in the folder. Where they are
silent it is a root, but in the `src` of a distribution: what lies there is called by its names from there on. A
distribution whose folder holds a namespace without a package of its own is the root of that (`dists/acme.shop` of
`acme/shop` in it). A folder of modules alone, such as one of scripts or of tests, is a root where they import each
other by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from laneshift.repo.folders import MODE_FOLDER
from laneshift.repo.objects import Tree

_ROOT_NAMES = frozenset({"src", "lib", "python"})
_PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "manage.py", "conftest.py", "tox.ini"})
_DISTRIBUTION = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})
_DEEPEST = 3
"""Folders that a namespace may be below its distribution: `google/cloud/ai` is three."""
_MARKER = "__init__.py"

Imported = Callable[[str, frozenset[str]], frozenset[str]]
"""Those of these modules that any Python file of the tree imports as part of the folder with this dotted name.

An empty name asks for imports of the modules by themselves.
"""


def root_of(tree: Tree, path: str, roots: Sequence[str], imported: Imported) -> str:
    """The source root of `path`: the longest of `roots` that contains it, or the one that the tree suggests."""
    if roots:
        chosen = [root for root in (each.strip("/") for each in roots) if not root or path.startswith(f"{root}/")]
        return max(chosen, key=len, default="")
    above = path.split("/")[:-1]
    for depth in range(len(above), 0, -1):
        candidate = "/".join(above[:depth])
        if _is_root(tree, candidate, imported):
            return candidate
    return ""


def _is_root(tree: Tree, candidate: str, imported: Imported) -> bool:
    inside = tree.folder(candidate)
    parent, _, name = candidate.rpartition("/")
    if _MARKER in inside or not inside:
        return False
    if name in _ROOT_NAMES and _MARKER not in tree.folder(parent):
        return True
    packages = _packages(tree, candidate)
    if not packages:
        from laneshift.code.moves.flat import imports_itself  # noqa: PLC0415 - few folders are without a package

        distribution = not inside.keys().isdisjoint(_DISTRIBUTION)
        return (distribution and _holds_namespace(tree, candidate, imported)) or imports_itself(tree, candidate)
    if inside.keys() & _PROJECT_FILES:
        return True
    root = root_of(tree, candidate, (), imported)
    parts = (candidate[len(root) + 1 :] if root else candidate).split("/")
    if not all(part.isidentifier() for part in parts):
        return True
    below = ".".join(parts)
    as_parts = imported(below, packages)
    if as_parts:
        # One import in a fixture says less than the hundred others: Django's `tests` are imported by themselves.
        return 2 * len(as_parts) < len(packages) and len(as_parts) < len(imported("", packages))
    others = frozenset(name.removesuffix(".py") for name in inside) - packages
    alone = imported("", packages)
    if imported(below, others):
        return bool(alone)
    return bool(alone) or not _is_of_distribution(tree, root)


def _is_of_distribution(tree: Tree, root: str) -> bool:
    """Whether this is the `src` of a distribution."""
    parent, _, name = root.rpartition("/")
    return name in _ROOT_NAMES and not tree.folder(parent).keys().isdisjoint(_DISTRIBUTION)


def _holds_namespace(tree: Tree, distribution: str, imported: Imported) -> bool:
    """Whether packages below folders without marker are imported by their names from the distribution on."""
    folders = [""]
    for _ in range(_DEEPEST):
        folders = [f"{above}{name}/" for above in folders for name in _plain_folders(tree, f"{distribution}/{above}")]
        for folder in folders:
            packages = _packages(tree, f"{distribution}/{folder}".rstrip("/"))
            if packages and imported(folder.rstrip("/").replace("/", "."), packages):
                return True
    return False


def _plain_folders(tree: Tree, folder: str) -> list[str]:
    """The folders in a folder that may be namespaces: no package, and a word of Python."""
    inside = tree.folder(folder.rstrip("/"))
    names = (name for name, entry in inside.items() if entry.mode == MODE_FOLDER and name.isidentifier())
    return [name for name in names if name not in _ROOT_NAMES and _MARKER not in tree.folder(f"{folder}{name}")]


def _packages(tree: Tree, folder: str) -> frozenset[str]:
    inside = tree.folder(folder).items()
    return frozenset(
        name for name, entry in inside if entry.mode == MODE_FOLDER and _MARKER in tree.folder(f"{folder}/{name}")
    )
