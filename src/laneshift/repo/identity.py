"""What every clone of a repository agrees on, and no clone of another one: its first commit, and where it is pushed to.

The first commit alone would make a fork the same as what it was forked from, and what is landed for the one would be
pushed to the other. The address alone would let two repositories that were given one name by mistake write one journal.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pygit2
from pygit2.enums import SortMode

from laneshift.errors import Refused
from laneshift.repo.objects import Repository

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
_SCP = re.compile(r"(?:[^@/]+@)?([^/:@]+):(?!//)(.+)")
_USUAL = {"ssh": 22, "https": 443, "http": 80, "git": 9418}
_NAME_CURE = "set LANESHIFT_REPOSITORY to one name, for example acme/monorepo, for every clone"


def identity_of(repository: Repository, name: str, rev: str = "HEAD") -> tuple[str, str]:
    """The first commit of `rev`, and `name`, or without one the address that the repository's remote has everywhere.

    Raises `Refused` for a name that is none, a repository without commits, a shallow clone, and when there is neither
    a name nor a remote.
    """
    if name and not _NAME.fullmatch(name):
        raise Refused("repo.bad-name", "this cannot name a repository", where="LANESHIFT_REPOSITORY", cure=_NAME_CURE)
    return first_commit(repository, rev), f"name:{name}" if name else f"remote:{_remote_address(repository)}"


def identity_or_local(repository: Repository, name: str, local: str, rev: str) -> tuple[str, str]:
    """As `identity_of`; a repository without any remote, and without a name, is known by `local`, and to itself alone.

    Raises `Refused` as `identity_of` does, but where there is no remote at all.
    """
    if not name and not len(repository.handle.remotes):
        return first_commit(repository, rev), f"local:{local}"
    return identity_of(repository, name, rev)


def first_commit(repository: Repository, rev: str = "HEAD") -> str:
    """Where the history of `rev` starts, going back by first parents. Raises `Refused` as `identity_of` does."""
    where = str(repository.common_dir)
    if (repository.common_dir / "shallow").exists():
        what = "a shallow clone does not know where its history starts"
        raise Refused("repo.shallow", what, where=where, cure="git fetch --unshallow")
    walker = repository.handle.walk(pygit2.Oid(hex=repository.commit_id(rev)), SortMode.NONE)
    walker.simplify_first_parent()
    first = ""
    for commit in walker:
        first = str(commit.id)
    return first


def remote_of(repository: Repository) -> str | None:
    """The remote that a clone meets the others at: `origin`, or the only one that it has."""
    names = [name for name in repository.handle.remotes.names() if name is not None and not name.startswith("-")]
    if "origin" in names:
        return "origin"
    return names[0] if len(names) == 1 else None


def address(url: str, folder: Path) -> str:
    """Host and path of a remote, the same for every way to reach it; a path on this machine in full. No user, no key.

    `folder` is what a relative path starts from.
    """
    scp = _SCP.fullmatch(url)
    if scp is not None and "://" not in url:
        return _joined(scp[1], None, scp[2])
    parts = urlsplit(url)
    if parts.scheme in ("", "file"):
        return _trimmed(str((folder / (parts.path if parts.scheme else url)).resolve()))
    port = parts.port if parts.port != _USUAL.get(parts.scheme) else None
    return _joined(parts.hostname or "", port, parts.path)


def _joined(host: str, port: int | None, path: str) -> str:
    return f"{host.lower()}{f':{port}' if port else ''}/{_trimmed(path.lstrip('/'))}"


def _trimmed(path: str) -> str:
    return path.rstrip("/").removesuffix(".git").rstrip("/")


def _remote_address(repository: Repository) -> str:
    name = remote_of(repository)
    url = repository.handle.remotes[name].url if name is not None else None
    if not url:
        raise Refused(
            "repo.no-identity",
            "nothing tells which repository this is a clone of",
            where=str(repository.common_dir),
            why="it has no remote `origin`, and not exactly one remote of another name",
            cure=_NAME_CURE,
        )
    try:
        return address(url, repository.work_dir or repository.git_dir)
    except ValueError as error:
        raise Refused("repo.no-identity", f"the address of {name} cannot be read", cure=_NAME_CURE) from error
