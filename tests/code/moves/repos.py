"""Real repositories for the tests of moves: a tree from a mapping of paths to text."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import pygit2

from laneshift.repo.objects import Changes, File, Repository, Tree


@lru_cache(maxsize=1)
def repository() -> Repository:
    """One bare repository for the whole session: trees are content-addressed, so examples do not disturb each other."""
    folder = Path(tempfile.mkdtemp(prefix="laneshift-moves-"))
    atexit.register(_drop, folder, os.getpid())
    pygit2.init_repository(str(folder), bare=True)
    return Repository.open(folder)


def _drop(folder: Path, owner: int) -> None:
    """Remove the repository with the process that made it: a fork of that has it too."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def tree_of(files: Mapping[str, str | bytes]) -> Tree:
    """A tree with these files; text is written as UTF-8."""
    changes: Changes = {path: File(text if isinstance(text, bytes) else text.encode()) for path, text in files.items()}
    return repository().empty_tree().edit(changes)


def contents(tree: Tree) -> dict[str, str]:
    """Every file of a tree, as text."""
    return {path: tree.read(path).decode("utf-8", "surrogateescape") for path in tree.entries}
