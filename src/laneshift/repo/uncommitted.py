"""Whether a file of the work tree is not as the commit that is checked out has it."""

from __future__ import annotations

import pygit2
from pygit2.enums import FileStatus

from laneshift.repo.objects import Repository

_SAME = frozenset({FileStatus.CURRENT, FileStatus.IGNORED})


def uncommitted(repository: Repository, path: str) -> bool:
    """Whether the file at `path`, as it lies there or as it is staged, differs from HEAD's, by git's own comparison.

    An ignored file does not count, and nothing does where there is no work tree.
    """
    if repository.work_dir is None:
        return False
    try:
        return repository.handle.status_file(path) not in _SAME
    except KeyError:
        return False


def is_at(repository: Repository, target: str, commit: str) -> bool:
    """Whether the work tree stands on branch `target`, or on `commit`."""
    head = repository.handle.references.get("HEAD")
    if repository.work_dir is None or head is None:
        return False
    if target in (head.raw_target, head.target):
        return True
    try:
        return str(repository.handle.revparse_single("HEAD").id) == commit
    except (KeyError, pygit2.GitError):
        return False
