"""Which git this machine has."""

from __future__ import annotations

from pathlib import Path

from laneshift.repo.git import Place, git


def git_version(where: Path) -> str:
    """What `git version` says, in any folder that exists. Raises `Refused` (`git.missing`) where there is no git."""
    return git(Place(where), "version", seconds=30.0).text
