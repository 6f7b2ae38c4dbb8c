"""The trees that a command about lanes looks at."""

from __future__ import annotations

from laneshift.repo.objects import Repository, Tree


def looked_at(repository: Repository, rev: str) -> Tree:
    """The tree that a command is about: the named one, else the work tree as it is, else the last commit."""
    from laneshift.repo.snapshot import snapshot

    if rev:
        return repository.tree(rev)
    return snapshot(repository) if repository.work_dir is not None else repository.tree("HEAD")


def last_commit(repository: Repository) -> Tree | None:
    """The tree of the last commit, None before the first one."""
    return None if repository.handle.head_is_unborn else repository.tree("HEAD")
