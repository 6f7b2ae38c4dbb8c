"""The trees that a command about lanes looks at."""

from __future__ import annotations

from laneshift.repo.objects import Repository, Tree
from laneshift.repo.plain_head import plain_head
from laneshift.repo.status import Looking


def looked_at(repository: Repository, rev: str, asked: Looking | None = None) -> Tree:
    """The tree that a command is about: the named one, else the work tree as it is, else the last commit.

    `asked` is a question to git about the work tree that was begun earlier.
    """
    if rev in ("HEAD", "@"):
        return last_commit(repository) or repository.tree(rev)
    if rev:
        return repository.tree(rev)
    from laneshift.repo.snapshot import snapshot

    return snapshot(repository, asked) if repository.work_dir is not None else repository.tree("HEAD")


def last_commit(repository: Repository) -> Tree | None:
    """The tree of the last commit, None before the first one."""
    known = plain_head(str(repository.git_dir))
    if known is not None:
        return repository.tree(known)
    return None if repository.handle.head_is_unborn else repository.tree("HEAD")
