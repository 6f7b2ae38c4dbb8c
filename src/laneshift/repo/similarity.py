"""Which files git takes for renamed between two trees, by the rule that `git log --follow` uses."""

from __future__ import annotations

import pygit2

from laneshift.repo.objects import Tree

_PERCENT = 50


def renames(before: Tree, after: Tree) -> dict[str, str]:
    """New path to old path of every file that git pairs as a rename, at git's default of 50 % likeness."""
    handle = before.repository.handle
    old, new = handle[before.oid].peel(pygit2.Tree), handle[after.oid].peel(pygit2.Tree)
    diff = old.diff_to_tree(new)
    diff.find_similar(flags=pygit2.enums.DiffFind.FIND_RENAMES, rename_threshold=_PERCENT)
    return {
        delta.new_file.path: delta.old_file.path
        for delta in diff.deltas
        if delta.status == pygit2.enums.DeltaStatus.RENAMED
    }
