"""Foreign code that edits a checkout: run in the sandbox, and what it did to the files read back as bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pygit2

from laneshift.errors import CheckFailed
from laneshift.gates.sandbox import RunResult
from laneshift.repo.objects import Tree

_MOST_FILES = 200_000
_MOST_BYTES = 16 << 20


@dataclass(frozen=True)
class Ran:
    """How the command ended, the new bytes of files that it wrote, and files that it deleted or did worse to."""

    run: RunResult
    files: Mapping[str, bytes]
    gone: tuple[str, ...]
    odd: tuple[str, ...]


def read_back(checkout: Path, tree: Tree, run: RunResult) -> Ran:
    """Compare a checkout with its tree. Symlinks are never followed; they, and files of other modes, are `odd`.

    Raises `CheckFailed` (`codemod.too-much`) when the command left more than can be looked at.
    """
    files: dict[str, bytes] = {}
    odd: list[str] = []
    seen: set[str] = set()
    for path, place in _files(checkout):
        entry = tree.entry(path)
        seen.add(path)
        mode = place.lstat().st_mode
        if place.is_symlink() or not place.is_file():
            if entry is None or entry.is_regular:
                odd.append(path)
            continue
        if place.stat().st_size > _MOST_BYTES:
            raise CheckFailed(
                "codemod.too-much", f"the command left a file of more than {_MOST_BYTES} bytes", where=path
            )
        data = place.read_bytes()
        if entry is None or str(pygit2.hash(data)) != entry.oid:
            files[path] = data
        if entry is not None and bool(mode & 0o100) != (entry.mode == 0o100755):
            odd.append(path)
    gone = tuple(sorted(path for path, entry in tree.entries.items() if entry.is_regular and path not in seen))
    return Ran(run, files, gone, tuple(sorted(odd)))


def _files(checkout: Path) -> Iterator[tuple[str, Path]]:
    count = 0
    for folder, names, found in os.walk(checkout, followlinks=False):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        names[:] = sorted(name for name in names if name not in links and name != ".git")
        for name in sorted([*found, *links]):
            place = Path(folder) / name
            count += 1
            if count > _MOST_FILES:
                raise CheckFailed("codemod.too-much", f"the command left more than {_MOST_FILES} files")
            yield place.relative_to(checkout).as_posix(), place
