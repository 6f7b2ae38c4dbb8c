"""The lines of Python files that are new or edited from one tree to another, as `git diff` finds them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pygit2
from pygit2.enums import DiffFind, FileMode

from laneshift.repo.objects import Tree

_REGULAR = frozenset({FileMode.BLOB, FileMode.BLOB_EXECUTABLE})


def changed_lines(base: Tree, now: Tree) -> dict[str, frozenset[int]]:
    """By path of `now`, the numbers of added and edited lines; files without any are left out.

    A file that was moved has only the lines that were edited on the way.
    """
    handle = now.repository.handle
    diff = handle[base.oid].peel(pygit2.Tree).diff_to_tree(handle[now.oid].peel(pygit2.Tree), context_lines=0)
    diff.find_similar(DiffFind.FIND_RENAMES)
    return dict(_files(diff))


def _files(diff: pygit2.Diff) -> Iterator[tuple[str, frozenset[int]]]:
    for patch in filter(None, diff):
        new = patch.delta.new_file
        path = os.fsdecode(new.raw_path)
        if new.mode not in _REGULAR or not path.endswith(".py"):
            continue
        added = {line.new_lineno for hunk in patch.hunks for line in hunk.lines if line.origin == "+"}
        if added:
            yield path, frozenset(added)
