"""Everything that a tree holds, listed by git: one process reads 9,000 folders in a tenth of the time that we take."""

from __future__ import annotations

import os

from laneshift.errors import CheckFailed, Refused
from laneshift.repo.folders import Entry, Listed
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Tree

_MODE, _OID, _PATH = slice(6), slice(12, 52), slice(53, None)
"""Where they stand in a row of `git ls-tree`: `100644 blob <40 digits>\tpath`; a submodule is a `commit`."""
_SUBMODULE_OID, _SUBMODULE_PATH = slice(14, 54), slice(55, None)


def list_by_git(tree: Tree) -> None:
    """Let what is below the root of a tree come from git, when somebody asks and nobody has listed it yet.

    The tree has to be stored (`Repository.hold_back` was not called). Where git cannot list it, nothing changes:
    whoever asks is told what is missing.
    """
    repository = tree.repository
    if repository.folders.knows(tree.oid):
        return
    try:
        found = git(Place(repository.git_dir), "ls-tree", "-r", "-z", "--full-tree", tree.oid)
    except (CheckFailed, Refused):
        return
    repository.folders.expect(tree.oid, lambda: _listed(found.stdout))


def _listed(output: bytes) -> Listed:
    rows = os.fsdecode(output).split("\0")
    return tuple(
        [_submodule(row) if row[7] == "c" else (row[_PATH], Entry(int(row[_MODE], 8), row[_OID])) for row in rows[:-1]]
    )


def _submodule(row: str) -> tuple[str, Entry]:
    """The entry of a submodule, whose row is two letters longer."""
    return row[_SUBMODULE_PATH], Entry(int(row[_MODE], 8), row[_SUBMODULE_OID])
