"""What a commit holds, listed by git beside this process, and what another tree holds, by how it differs from that.

Nothing here takes long to load: it is begun before the library is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from laneshift.errors import CheckFailed, Refused
from laneshift.repo.folders import Entry, Listed
from laneshift.repo.git import Place, begin, git

_MODE, _OID, _PATH = slice(6), slice(12, 52), slice(53, None)
"""Where they stand in a row of `git ls-tree`: `100644 blob <40 digits>\tpath`; a submodule is a `commit`."""
_SUBMODULE_OID, _SUBMODULE_PATH = slice(14, 54), slice(55, None)
_NEW_MODE, _NEW_OID = slice(8, 14), slice(56, 96)
"""Where they stand in a row of `git diff-tree`: `:<mode> <mode> <40 digits> <40 digits> M`, then the path."""
_GONE = 0
LIST = ("ls-tree", "-r", "-z", "--full-tree")
_DIFFER = ("diff-tree", "-r", "-z", "--no-renames", "--ignore-submodules=none")


class Listing:
    """What a commit holds: a question to git that is under way, as a context manager."""

    def __init__(self, place: Place, commit: str) -> None:
        """`commit` is the full id of one that is stored. Raises as `begin` does."""
        self.commit = commit
        self._begun = begin(Place(place.git_dir), *LIST, commit)
        self._told: Listed | None = None
        self._asked = False

    def __enter__(self) -> Self:
        """The question itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End what nobody waited for."""
        self._begun.__exit__(*failure)

    def told(self) -> Listed | None:
        """Wait for the answer; None where git could not tell."""
        if not self._asked:
            self._asked = True
            try:
                self._told = rows_of(self._begun.outcome().stdout)
            except CheckFailed:
                self._told = None
        return self._told

    def differing(self, git_dir: Path, tree: str) -> bytes | None:
        """How the tree with this id differs from the commit, as `changed` takes it; None where git could not tell."""
        try:
            return git(Place(git_dir), *_DIFFER, self.commit, tree).stdout
        except (CheckFailed, Refused):
            return None


def rows_of(output: bytes) -> Listed:
    """The rows of `git ls-tree -r -z`."""
    rows = os.fsdecode(output).split("\0")
    modes = {row: int(row, 8) for row in {row[_MODE] for row in rows[:-1]}}
    return tuple(
        [_submodule(row) if row[7] == "c" else (row[_PATH], Entry(modes[row[_MODE]], row[_OID])) for row in rows[:-1]]
    )


def changed(listed: Listed, output: bytes) -> Listed:
    """The rows after what `git diff-tree -r -z` tells of, in git's order."""
    differing = dict(_differing(output))
    if not differing:
        return listed
    now: dict[str, Entry] = dict(listed)
    for path, entry in differing.items():
        if entry.mode == _GONE:
            now.pop(path, None)
        else:
            now[path] = entry
    return tuple(sorted(now.items(), key=lambda row: os.fsencode(row[0])))


def _differing(output: bytes) -> Iterator[tuple[str, Entry]]:
    fields = os.fsdecode(output).split("\0")[:-1]
    for row, path in zip(fields[::2], fields[1::2], strict=True):
        yield path, Entry(int(row[_NEW_MODE], 8), row[_NEW_OID])


def _submodule(row: str) -> tuple[str, Entry]:
    """The entry of a submodule, whose row is two letters longer."""
    return row[_SUBMODULE_PATH], Entry(int(row[_MODE], 8), row[_SUBMODULE_OID])
