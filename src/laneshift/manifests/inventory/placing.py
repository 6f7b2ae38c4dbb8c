"""Where a module would lie in another lane, by the globs of both lanes. Pure.

What the wildcards of the old glob stood for fills the wildcards of the new one, and what lies below it stays below:
`packages/*/labs/**` and `packages/*/core/**` put `packages/a/labs/b/c.py` at `packages/a/core/b/c.py`. Of a lane of
several folders in one, such as `trials/a/**` and `trials/b/**`, the folders `a` and `b` are kept.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from laneshift.lanes import globs
from laneshift.lanes.model import Lane, Lanes


@dataclass(frozen=True, slots=True)
class Place:
    """A path in the other lane, and the two globs that lead to it."""

    path: str
    left: str
    entered: str


def places(path: str, source: Lane, target: Lane, lanes: Lanes) -> Iterator[Place]:
    """Every path that `path` may have in `target`, the nearest first; then those in a folder named for where it was."""
    left = max((glob for glob in source.paths if globs.compiled(glob).match(path)), key=globs.rank, default="")
    found = _captured(left, path) if left else None
    if found is None:
        return
    parts, tail = found
    near = sorted(target.paths, key=lambda glob: (-_shared(glob, path), target.paths.index(glob)))
    kept = "/".join((*_kept(left, source.paths), tail))
    asides = [name for name in (*_folders(left)[-1:], source.name) if name.isidentifier()]
    for below in dict.fromkeys((kept, *(f"{aside}/{kept}" for aside in asides))):
        for glob in near:
            made = _filled(glob, parts, below)
            if made and made != path and lanes.lane_of(made) is target:
                yield Place(made, left, glob)


def _kept(left: str, every: Sequence[str]) -> list[str]:
    """The folders of a glob below the one that all globs of its lane share: they tell its parts apart."""
    folders = [list(itertools.takewhile(lambda segment: not _is_open(segment), _folders(glob))) for glob in every]
    columns = zip(*folders, strict=False) if len(folders) > 1 else ()
    shared = len(list(itertools.takewhile(lambda column: len(set(column)) == 1, columns)))
    mine = _folders(left)
    return mine[shared:] if shared and not any(map(_is_open, mine)) else []


class Taken:
    """What is taken in a tree, also for a file system that ignores case, and what is given away on the way."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._files = set(paths)
        self._folders = {folder for path in self._files for folder in _above(path)}
        self._code = {folder for path in self._files if path.endswith(".py") for folder in _above(path)}
        self._keys = {_key(path) for path in (*self._files, *self._folders)}

    def free(self, path: str) -> bool:
        """Whether a Python file may come to lie at `path` without meeting, hiding or being hidden by another."""
        stem = path.removesuffix(".py")
        if any(_key(each) in self._keys for each in (path, f"{path}i", stem)):
            return False
        for folder in _above(path):
            if folder not in self._folders and _key(folder) in self._keys:
                return False
            if f"{folder}.py" in self._files and folder not in self._code:
                return False
        return True

    def give(self, path: str) -> None:
        """From now on `path` is taken."""
        self._files.add(path)
        self._folders.update(_above(path))
        self._code.update(_above(path))
        self._keys.update(map(_key, (path, *_above(path))))


def _captured(glob: str, path: str) -> tuple[list[str], str] | None:
    """What the wildcards of the glob's folders stand for in `path`, and what is below those folders."""
    found = _expression(glob).fullmatch(path)
    return None if found is None else ([part or "" for part in found.groups()[:-1]], found[found.re.groups])


@lru_cache(maxsize=1024)
def _expression(glob: str) -> re.Pattern[str]:
    return re.compile("".join(map(_piece, _folders(glob))) + "(.+)", re.DOTALL)


def _piece(segment: str) -> str:
    if segment == "**":
        return "((?:[^/]+/)*?)"
    if not _is_open(segment):
        return re.escape(segment) + "/"
    inner = "".join(_wild(piece) for piece in re.split(r"(\*+|\?)", segment))
    return f"({inner})/"


def _wild(piece: str) -> str:
    return "[^/]" if piece == "?" else "[^/]*" if piece.startswith("*") else re.escape(piece)


def _filled(glob: str, parts: Sequence[str], tail: str) -> str:
    """The path below the glob's folders, and below the parts that no wildcard asks for.

    Empty where more wildcards ask than there are parts to fill them.
    """
    left = list(parts)
    made = []
    for segment in _folders(glob):
        if not _is_open(segment):
            made.append(segment)
        elif left:
            made.append(left.pop(0).strip("/"))
        else:
            return ""
    return "/".join(part for part in (*made, *(part.strip("/") for part in left), tail) if part)


def _folders(glob: str) -> list[str]:
    """The folders of a glob: all its segments but a last `**` and a last name of Python files."""
    segments = globs.trimmed(glob).split("/")
    return segments[:-1] if segments[-1] == "**" or segments[-1].endswith(".py") else segments


def _is_open(segment: str) -> bool:
    return "*" in segment or "?" in segment


def _shared(glob: str, path: str) -> int:
    """How many folders a glob and a path begin with together."""
    pairs = zip(_folders(glob), path.split("/")[:-1], strict=False)
    return next(
        (at for at, (one, other) in enumerate(pairs) if one != other), min(len(_folders(glob)), path.count("/"))
    )


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path


def _key(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFD", path).casefold()
