"""The trees that a command about lanes looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from laneshift.repo.objects import Repository, Tree
from laneshift.repo.status import Looking, place_above


@contextmanager
def asked_early(directory: Path, rev: str) -> Iterator[Looking | None]:
    """What git is asked about the work tree while this process still loads what it needs; None where only the library
    can say which repository that is, and where a revision is looked at."""
    place = None if rev else place_above(directory, os.geteuid())
    with nullcontext() if place is None else Looking(place, each=True) as asked:
        yield asked


def looked_at(repository: Repository, rev: str, asked: Looking | None = None) -> Tree:
    """The tree that a command is about: the named one, else the work tree as it is, else the last commit.

    `asked` is a question to git about the work tree that was begun earlier.
    """
    from laneshift.repo.snapshot import snapshot

    if rev:
        return repository.tree(rev)
    return snapshot(repository, asked) if repository.work_dir is not None else repository.tree("HEAD")


def last_commit(repository: Repository) -> Tree | None:
    """The tree of the last commit, None before the first one."""
    return None if repository.handle.head_is_unborn else repository.tree("HEAD")
