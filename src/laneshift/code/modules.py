"""Which module a path is, and which path a module is.

A source root is a folder that stands on `sys.path` when the project's code runs. Roots are found from the tree alone:
the parent of every topmost package, every `src`, `lib` or `python` folder that is not itself a package, and the root
of the repository. The longest root that contains a path names its module.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

_ROOT_NAMES = frozenset({"src", "lib", "python"})
_SUFFIXES = (".py", ".pyi", ".pyx", ".pxd")


@dataclass(frozen=True)
class Modules:
    """The modules of one tree: two maps between paths of `.py` files and dotted names, and the source roots."""

    roots: tuple[str, ...]
    by_path: dict[str, str]

    @classmethod
    def of(cls, paths: Iterable[str], roots: Iterable[str] = ()) -> Modules:
        """Name every Python file among `paths`; `roots` from the configuration replace the ones found."""
        files = [path for path in paths if path.endswith(".py")]
        packages = {path.removesuffix("/__init__.py") for path in files if path.endswith("/__init__.py")}
        chosen = tuple(sorted({root.strip("/") for root in roots})) or _find_roots(files, packages)
        longest_first = _longest_first(chosen)
        named = ((path, _name(path, longest_first)) for path in files)
        return cls(chosen, {path: name for path, name in named if name is not None})

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Dotted name to path. Where two files claim one name, a package wins over a module, as in the interpreter."""
        chosen: dict[str, str] = {}
        for path, name in self.by_path.items():
            if name not in chosen or path.endswith("/__init__.py"):
                chosen[name] = path
        return chosen

    @cached_property
    def packages(self) -> frozenset[str]:
        """Every dotted name that has modules below it: packages with `__init__` and namespace packages."""
        parents = set()
        for path, name in self.by_path.items():
            parent = name if path.endswith("/__init__.py") else name.rpartition(".")[0]
            while parent and parent not in parents:
                parents.add(parent)
                parent = parent.rpartition(".")[0]
        return frozenset(parents)

    def name_of(self, path: str) -> str | None:
        """The dotted name that `path` has, or would have if it existed; None when it could not be imported."""
        return self.by_path.get(path) or _name(path, _longest_first(self.roots))

    def package_of(self, path: str) -> str:
        """The package that relative imports in `path` start from; empty for a top-level module."""
        name = self.name_of(path) or ""
        return name if is_package_file(path) else name.rpartition(".")[0]


def is_package_file(path: str) -> bool:
    """Whether `path` is the file of a package itself (`__init__.py` or its stub)."""
    return path.rpartition("/")[2].rpartition(".")[0] == "__init__"


def _longest_first(roots: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(roots, key=len, reverse=True))


# One tree after the other is named, and they differ in a few paths.
@lru_cache(maxsize=1 << 16)
def _name(path: str, longest_first: tuple[str, ...]) -> str | None:
    """The dotted name of `path` below the longest root that contains it; None when a part is no identifier."""
    for root in longest_first:
        if root and not path.startswith(f"{root}/"):
            continue
        parts = path[len(root) + 1 if root else 0 :].split("/")
        stem, dot, suffix = parts[-1].partition(".")
        if dot and f".{suffix}" in _SUFFIXES:
            parts[-1] = stem
        if parts[-1] == "__init__":
            parts.pop()
        if parts and all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
            return ".".join(parts)
        return None
    return None


def _find_roots(files: Iterable[str], packages: set[str]) -> tuple[str, ...]:
    roots = {""}
    for package in packages:
        top = package
        while (parent := _parent(top)) in packages:
            top = parent
        roots.add(_parent(top))
    for deepest in {_parent(path) for path in files}:
        folder = deepest
        while folder and folder not in roots:
            if folder.rpartition("/")[2] in _ROOT_NAMES and folder not in packages and _parent(folder) not in packages:
                roots.add(folder)
            folder = _parent(folder)
    return tuple(sorted(roots))


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
