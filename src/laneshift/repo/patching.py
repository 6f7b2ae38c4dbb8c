"""Patches as git reads and writes them, between trees and without a work tree."""

from __future__ import annotations

import tempfile
from pathlib import Path

from laneshift.errors import CheckFailed, Refused
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository, Tree


def patch_between(before: Tree, after: Tree) -> bytes:
    """The patch from one tree to the other, in the form that `git apply --index` takes."""
    words = ("diff-tree", "-p", "-r", "--binary", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv")
    return git(Place(before.repository.common_dir), *words, before.oid, after.oid).stdout


def patched(repository: Repository, tree: Tree, patch: bytes, where: str) -> Tree:
    """The tree with the patch. Raises `Refused` (`patch.does-not-apply`) for one that does not fit it exactly."""
    repository.state_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=repository.state_dir) as folder:
        place = Place(repository.common_dir, own_index=Path(folder) / "index")
        git(place, "read-tree", tree.oid)
        try:
            git(place, "apply", "--cached", "--whitespace=nowarn", "-", stdin=patch)
        except CheckFailed as error:
            raise Refused("patch.does-not-apply", "git cannot apply this patch", where=where, why=error.why) from error
        return repository.tree(git(place, "write-tree").text)
