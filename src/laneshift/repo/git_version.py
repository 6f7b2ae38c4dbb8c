"""Which git this machine has."""

from __future__ import annotations

from pathlib import Path

from laneshift.repo.git import Place, git


def git_version(where: Path) -> str:
    """What `git version` says, in any folder that exists. Raises `Refused` (`git.missing`) where there is no git."""
    return git(Place(where), "version", seconds=30.0).text


def local_changes(git_dir: Path, work_tree: Path) -> list[str]:
    """Paths of tracked files of a work tree that are not as they are committed, submodules left aside.

    Raises `CheckFailed` (`git.failed`) when git cannot tell.
    """
    asked = ("status", "--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames")
    return [field[3:] for field in git(Place(git_dir, work_tree), *asked).fields]
