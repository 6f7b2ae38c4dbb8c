"""What a file needs to know about a move: the two names, and its own package before and after."""

from __future__ import annotations

from laneshift.repo.plain_records import NamedTuple


class Frame(NamedTuple):
    """One move as one file sees it.

    `package_before` and `package_after` are the packages that relative imports start from: empty for a file that
    cannot have any. `hidden` is true where the old parent binds the module's name to something else, so that
    `from parent import name` does not mean the module; `detour` where a package on the way to the new place is hidden
    so, and only `from` imports lead there; `kept` where the old parent itself imports the module.
    """

    old: str
    new: str
    package_before: str = ""
    package_after: str = ""
    hidden: bool = False
    detour: bool = False
    kept: bool = False
    defined: frozenset[str] = frozenset()
    moves: bool = False
    is_init: bool = False
    exports: bool = False

    def renames(self, name: str) -> bool:
        """Whether `name` is the moved module or something in it."""
        return name == self.old or name.startswith(f"{self.old}.")

    def rename(self, name: str) -> str:
        """The name after the move."""
        return self.new + name[len(self.old) :] if self.renames(name) else name

    @property
    def old_parent(self) -> str:
        """The package that held the module; empty for a top-level module."""
        return self.old.rpartition(".")[0]

    @property
    def old_last(self) -> str:
        """The last part of the old name."""
        return self.old.rpartition(".")[2]

    @property
    def new_parent(self) -> str:
        """The package that holds it now."""
        return self.new.rpartition(".")[0]

    @property
    def new_last(self) -> str:
        """The last part of the new name."""
        return self.new.rpartition(".")[2]

    @property
    def importer_moves(self) -> bool:
        """Whether relative imports of this file start from another package after the move."""
        return self.moves and self.package_before != self.package_after


def absolute(package: str, level: int, module: str) -> str | None:
    """The absolute name of a module that `level` dots and `module` name from `package`; None beyond the top."""
    if not level:
        return module
    parts = package.split(".") if package else []
    if level > len(parts):
        return None
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, module] if module else base)


def relative(package: str, target: str, level: int = 0) -> str | None:
    """The shortest relative form of `target` seen from `package`; None when they share no top-level package.

    A `level` that is given must be at least that of the shortest form and at most the number of packages.
    """
    here, there = package.split("."), target.split(".")
    if not package or not target or here[0] != there[0]:
        return None
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    dots = level or len(here) - shared + 1
    return "." * dots + ".".join(there[len(here) - dots + 1 :])
