"""Where a laneshift that was killed while it wrote to a work tree has left what puts it back."""

from __future__ import annotations

from pathlib import Path

from laneshift.repo.objects import Repository

STAGING = "laneshift-staging"


def stagings(root: Path, git_dir: Path) -> tuple[Path, Path]:
    """The folders in which files wait to be placed: on the file system of the git directory, and on the work tree's."""
    return git_dir / STAGING, root / f".{STAGING}"


def is_half_written(repository: Repository) -> bool:
    """Whether a laneshift was killed while it wrote to the work tree, or one is writing."""
    root = repository.work_dir
    return root is not None and any(folder.is_dir() for folder in stagings(root, repository.git_dir))
