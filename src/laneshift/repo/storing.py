"""Puts one object among those of a repository."""

from __future__ import annotations

import pygit2

from laneshift.errors import CheckFailed


def store(handle: pygit2.Repository, kind: int, data: bytes) -> str:
    """Store the bytes of an object; its id. What is there already is not written again.

    Raises `CheckFailed` (`repo.not-writable`) when the disk or the folder does not take it.
    """
    try:
        return str(handle.odb.write(kind, data))
    except (OSError, pygit2.GitError) as error:
        # libgit2 tells a full disk in words only, and not always in these words: there is no errno to look at.
        raise CheckFailed(
            "repo.not-writable",
            "an object of the repository cannot be written",
            where=str(handle.path),
            why=str(error),
            cure="see that the disk has room and that the folder can be written, then run the same command again",
        ) from error
