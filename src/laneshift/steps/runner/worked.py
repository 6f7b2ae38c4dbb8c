"""What became of a checkout in which somebody worked: the new bytes of files that were theirs to edit, and all else.

Nothing is asked of git here, so no ignore rule, attribute or exclude can keep a file from being seen. Links are never
followed. However much was left behind, little of it is held in memory.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from laneshift.gates.sandbox import RunResult
from laneshift.repo.objects import MODE_EXECUTABLE, MODE_SYMLINK, Entry, Tree

_MOST_STRAYS = 50
_MOST_PATHS = 400_000
_MOST_BYTES = 4 << 20
_PIECE = 1 << 20
_BY_PRODUCTS = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"})
_EDITED, _ADDED = "edited", "added"
_PLACES = re.compile(r"\{prompt_file\}|\{worktree\}")


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody is sent for: the words to start them by, what they are told, and the files that they may edit.

    In the words `{prompt_file}` is a file with `prompt`, and `{worktree}` the root of the checkout. `variables` are
    given besides those that every run has. With `whole` the editable files may also be made and deleted. The run is
    ended when the descriptor `until` becomes readable or has no writer any more.
    """

    argv: Sequence[str]
    prompt: str
    editable: Collection[str]
    variables: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    until: int | None = None

    def words(self, checkout: Path, scratch: Path) -> list[str]:
        """The words with their places filled in; writes the prompt into the folder `scratch`."""
        told = scratch / "prompt.md"
        told.write_text(self.prompt, "utf-8", "backslashreplace")
        places = {"{prompt_file}": str(told), "{worktree}": str(checkout)}
        return [_PLACES.sub(lambda found: places[found[0]], word) for word in self.argv]


@dataclass(frozen=True, slots=True)
class Stray:
    """Something that was not to be touched: its path, and what was done to it."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path.encode('unicode_escape').decode('ascii')[:300]}: {self.what}"


@dataclass(frozen=True, slots=True)
class Worked:
    """How the command ended, the new bytes of files that it could edit, and the first of what it touched besides.

    `gone` are files that it deleted and could.
    """

    run: RunResult
    files: Mapping[str, bytes]
    strays: tuple[Stray, ...]
    gone: tuple[str, ...] = ()


class _TooMuchError(Exception):
    """There is more than can be looked at."""


def look_back(checkout: Path, tree: Tree, run: RunResult, errand: Errand) -> Worked:
    """Compare a checkout with the tree that it held before the errand was run in it."""
    files: dict[str, bytes] = {}
    strays: list[Stray] = []
    seen: set[str] = set()
    gone: list[str] = []
    taken = {_EDITED, _ADDED} if errand.whole else {_EDITED}
    try:
        for path in _paths(checkout, tree):
            seen.add(path)
            what = _change(checkout / path, tree.entry(path))
            if what in taken and path in errand.editable:
                files[path] = b"".join(_pieces(checkout / path))
            elif what:
                strays.append(Stray(path, what))
            if len(strays) >= _MOST_STRAYS:
                break
        else:
            missing = sorted(path for path in tree.entries if path not in seen and _is_shown(tree, path))
            gone = [path for path in missing if errand.whole and path in errand.editable]
            strays += [Stray(path, "deleted") for path in missing if path not in gone][:_MOST_STRAYS]
    except _TooMuchError:
        strays.append(Stray(".", f"more than {_MOST_PATHS} files were left"))
    return Worked(run, files, tuple(strays), tuple(gone))


def _change(place: Path, entry: Entry | None) -> str:
    """What was done to one path; empty for nothing."""
    found = place.lstat()
    if stat.S_ISLNK(found.st_mode):
        return _link_change(place, entry)
    if not stat.S_ISREG(found.st_mode):
        return "made into something that is no file"
    if entry is None:
        return _ADDED if found.st_size <= _MOST_BYTES else f"added, with more than {_MOST_BYTES} bytes"
    if not entry.is_regular:
        return "a link made into a file"
    if bool(found.st_mode & 0o100) != (entry.mode == MODE_EXECUTABLE):
        return "its mode was changed"
    if _blob_id(place, found.st_size) == entry.oid:
        return ""
    return _EDITED if found.st_size <= _MOST_BYTES else f"edited, and now more than {_MOST_BYTES} bytes"


def _link_change(place: Path, entry: Entry | None) -> str:
    if entry is None or entry.is_regular:
        return "made into a link"
    target = os.fsencode(place.readlink())
    same = hashlib.sha1(b"blob %d\0" % len(target) + target, usedforsecurity=False).hexdigest() == entry.oid
    return "" if same else "its link was changed"


def _blob_id(place: Path, size: int) -> str:
    """The id that git gives to the content, read piece by piece."""
    digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    for piece in _pieces(place):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(place: Path) -> Iterator[bytes]:
    with os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _paths(checkout: Path, tree: Tree) -> Iterator[str]:
    """Every file and link, and every folder that cannot be opened. Caches that tools leave behind are passed over."""
    count = 0
    for folder, names, found in os.walk(checkout, followlinks=False):
        here = Path(folder)
        inside = here.relative_to(checkout)
        links = [name for name in names if (here / name).is_symlink()]
        names[:] = sorted(name for name in names if name not in links and not _is_by_product(tree, inside / name))
        for name in sorted([*found, *links]):
            count += 1
            if count > _MOST_PATHS:
                raise _TooMuchError
            yield (inside / name).as_posix()


def _is_by_product(tree: Tree, folder: Path) -> bool:
    return folder.name in _BY_PRODUCTS and not tree.is_folder(folder.as_posix())


def _is_shown(tree: Tree, path: str) -> bool:
    """Whether a path of the tree has a file in its checkout: a submodule has none."""
    entry = tree.entries[path]
    return entry.is_regular or entry.mode == MODE_SYMLINK
