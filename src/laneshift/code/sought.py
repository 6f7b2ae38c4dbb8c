"""What a move of one path to another is going to look for in the files of a tree. Quick to load, so it can go first."""

from __future__ import annotations

import posixpath

_JOINTS = ('"', "'", "{", "%s")


def sought(src: str, dst: str) -> set[str]:
    """The last parts of both names, and that of the package where names are joined; empty parts left out."""
    names = {posixpath.basename(path).removesuffix(".py") for path in (src, dst)}
    return names.union(joined(posixpath.basename(posixpath.dirname(src)))) - {""}


def joined(package: str) -> list[str]:
    """What a file contains that puts a name together from the name of a package: `b."`, `b.{` and the like."""
    last = package.rpartition(".")[2]
    return [f"{last}.{joint}" for joint in _JOINTS] if last else []
