"""What the library for git objects is asked. It takes longer to load than a small command does its work, so whoever can
do without it imports this only where it is needed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pygit2

from laneshift.errors import Refused
from laneshift.repo.whereabouts import Whereabouts

_OWNED = re.compile(r"repository path '(.*)' is not owned by current user", re.DOTALL)


def discovered(path: Path) -> Whereabouts:
    """The repository that contains `path`. Raises `Refused` when there is none, or none that can be read here."""
    try:
        found = pygit2.discover_repository(str(path))
    except (pygit2.GitError, ValueError, KeyError) as error:
        raise Refused("repo.unreadable", "git cannot look here", where=str(path), why=str(error)) from error
    if found is None:
        raise Refused("repo.not-found", "no git repository", where=str(path), cure="run `git init`, or use -C DIR")
    _refuse_sha256(Path(found))
    return of_handle(handle_of(Path(found)))


def owner_cure(why: str) -> str:
    """What helps where git keeps off a folder of another user, as in a container; empty where it is something else."""
    found = _OWNED.search(why)
    if found is None:
        return ""
    return f"if you trust its owner: git config --global --add safe.directory {shlex.quote(found[1])}"


def of_handle(handle: pygit2.Repository) -> Whereabouts:
    """Where the repository of a handle is."""
    git_dir = Path(handle.path)
    return Whereabouts(
        git_dir.resolve(), _common_dir(git_dir), Path(handle.workdir).resolve() if handle.workdir else None
    )


def handle_of(git_dir: Path) -> pygit2.Repository:
    """A handle of its own for one thread. Raises `Refused` where git cannot open it, as with broken settings."""
    try:
        return pygit2.Repository(str(git_dir))
    except pygit2.GitError as error:
        what, cure = "git cannot open this repository", owner_cure(str(error))
        raise Refused("repo.unreadable", what, where=str(git_dir), why=str(error), cure=cure) from error


def commit_id(handle: pygit2.Repository, rev: str) -> str:
    """The commit that `rev` names. Raises `KeyError` when it names none."""
    try:
        return str(handle.revparse_single(rev).peel(pygit2.Commit).id)
    except (ValueError, pygit2.GitError) as error:
        raise KeyError(str(error)) from error


def tree_id(handle: pygit2.Repository, rev: str) -> str:
    """The tree that `rev` names. Raises `KeyError` when it names none."""
    try:
        return str(handle.revparse_single(rev).peel(pygit2.Tree).id)
    except (ValueError, pygit2.GitError) as error:
        raise KeyError(str(error)) from error


class LibraryObjects:
    """The objects of the repository of a handle, by hexadecimal id. For one thread."""

    def __init__(self, handle: pygit2.Repository) -> None:
        self._odb = handle.odb

    def read(self, oid: str) -> tuple[int, bytes]:
        """Kind and bytes of an object. Raises `KeyError` when it is missing or damaged."""
        try:
            return self._odb.read(oid)
        except (ValueError, pygit2.GitError) as error:
            raise KeyError(str(error)) from error

    def read_header(self, oid: str) -> tuple[int, int]:
        """Kind and number of bytes of an object, without reading it. Raises `KeyError` as `read` does."""
        try:
            return self._odb.read_header(oid)
        except (ValueError, pygit2.GitError) as error:
            raise KeyError(str(error)) from error


def _common_dir(git_dir: Path) -> Path:
    pointer = git_dir / "commondir"
    if pointer.is_file():
        return (git_dir / pointer.read_text().strip()).resolve()
    return git_dir.resolve()


def _refuse_sha256(git_dir: Path) -> None:
    common = _common_dir(git_dir)
    config = pygit2.Config(str(common / "config"))
    try:
        stored_as = config["extensions.objectformat"]
    except KeyError:
        return
    if stored_as != "sha1":
        raise Refused(
            "repo.object-format",
            f"this repository stores objects as {stored_as}, laneshift reads sha1",
            where=str(common / "config"),
            why="the library that edits trees in process has no sha256 support",
            cure="import the history into a repository made by `git init --object-format=sha1`",
        )
