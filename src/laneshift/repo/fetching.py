"""Commits that this clone does not have yet, brought from its remote. No branch, work tree or setting changes."""

from __future__ import annotations

import re

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.repo.git import Place, git
from laneshift.repo.identity import remote_of
from laneshift.repo.objects import Repository
from laneshift.repo.remotes import Remote, fetch, find

_OBJECT_ID = re.compile(r"[0-9a-f]{40}")
_QUIETLY = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")
_SECONDS = 1800.0


def has(repository: Repository, oid: str) -> bool:
    """Whether an object is in this clone."""
    return bool(_OBJECT_ID.fullmatch(oid)) and oid in repository.handle


def ensure_commit(repository: Repository, oid: str, branch: str, remote: str = "") -> None:
    """See to it that commit `oid` is in this clone: fetched by its id, or where that is not allowed with `branch`.

    `branch` is a full ref name; `remote` is by default the one that this clone meets the others at.
    Raises `Refused` (`repo.no-such-commit`) when it cannot be had.
    """
    if has(repository, oid):
        return
    name = remote or remote_of(repository)
    if name is None or not _OBJECT_ID.fullmatch(oid):
        raise _nowhere(repository, oid, "this clone has no remote to fetch it from")
    try:
        from_where = find(repository, name)
        if _by_id(repository, from_where, oid) or (fetch(repository, from_where, branch) and has(repository, oid)):
            return
    except LaneshiftError as error:
        raise _nowhere(repository, oid, f"{error.what}: {error.why}" if error.why else error.what) from error
    raise _nowhere(repository, oid, f"{name} does not have it, or not on {branch}")


def _by_id(repository: Repository, remote: Remote, oid: str) -> bool:
    place = Place(repository.common_dir, repository.work_dir, network=True)
    try:
        git(place, "fetch", *_QUIETLY, "--", remote.address, oid, seconds=_SECONDS)
    except CheckFailed:
        return False  # many servers give what a branch holds, and nothing else; the branch comes next
    return has(repository, oid)


def _nowhere(repository: Repository, oid: str, why: str) -> Refused:
    return Refused(
        "repo.no-such-commit",
        f"this clone does not have commit {oid[:12]}",
        where=str(repository.common_dir),
        why=why,
        cure="from the clone that has it, push a branch that holds it",
    )
