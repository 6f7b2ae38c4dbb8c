"""Refs: read, listed, and moved by compare-and-swap. All updates of one call happen, or none does."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pygit2

from laneshift.errors import CheckFailed, LaneshiftError, Refused
from laneshift.repo.doors import effect
from laneshift.repo.durable import make_durable
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository
from laneshift.repo.ref_locks import guarded, settle
from laneshift.repo.ref_names import check
from laneshift.repo.ref_updates import RefUpdate, script

__all__ = ["RefMoved", "RefUpdate", "delete", "read", "settle", "swap", "under"]

_OBJECT_ID = re.compile(r"[0-9a-f]{40}")
_NOTHING = "0" * 40
_ATTEMPTS = 2


class RefMoved(CheckFailed):
    """A ref is not where the caller believed it to be; nothing was changed. The text tells the actual value."""


def read(repo: Repository, ref: str) -> str | None:
    """The object id that `ref` (a full name) points at, or None when there is no such ref. Raises `Refused`."""
    try:
        found = repo.handle.references[check(ref)]
        return str(found.resolve().target)
    except KeyError:
        return None
    except pygit2.GitError as error:
        raise Refused("refs.unreadable", f"{ref} cannot be read", where=str(repo.common_dir), why=str(error)) from error


def under(repo: Repository, prefix: str) -> dict[str, str]:
    """Every ref whose name is `prefix` or lies below it as a folder: full name to object id, sorted by name."""
    pattern = prefix.rstrip("/")
    if not pattern.startswith("refs") or re.search(r"[*?\[\\\x00-\x20]", pattern):
        raise Refused("refs.bad-name", f"{prefix!r} is not a prefix such as refs/heads/laneshift/")
    listed = git(Place(repo.common_dir), "for-each-ref", "--format=%(objectname) %(refname)", "--", pattern)
    pairs = (line.split(" ", 1) for line in listed.text.splitlines())
    return {name: oid for oid, name in pairs}


def swap(repo: Repository, updates: Sequence[RefUpdate], reason: str = "laneshift") -> None:
    """Apply every update, or none. What the new values rely on is on the disk before the first ref moves.

    Git moves several refs one after the other: should all be killed in between, the next `swap` or `settle` finishes.

    Raises `RefMoved` when a ref does not have its expected old value, `Refused` for bad names, ids, two updates of one
    ref or a symbolic ref, and `CheckFailed` (`refs.failed`) when git refuses for another reason.
    """
    if not updates:
        return
    _validate(repo, updates)
    make_durable(repo, [update.new for update in updates if update.new])
    arguments = ("update-ref", "--no-deref", "--create-reflog", "-m", " ".join(reason.split()), "--stdin", "-z")
    with effect(), guarded(repo, updates, lambda: _verify(repo, updates)) as lock:
        for attempt in range(_ATTEMPTS):
            try:
                git(Place(repo.common_dir, lock=lock), *arguments, stdin=script(updates))
            except CheckFailed as error:
                if error.code == "git.too-slow":
                    raise
                _explain(repo, updates, error, last=attempt == _ATTEMPTS - 1)
            else:
                return


def delete(repo: Repository, ref: str, old: str) -> None:
    """Delete `ref`, which must point at `old`. Raises as `swap` does."""
    swap(repo, [RefUpdate(ref, old, None)])


def _validate(repo: Repository, updates: Sequence[RefUpdate]) -> None:
    if len({update.ref for update in updates}) != len(updates):
        raise Refused("refs.twice", "one swap names the same ref twice")
    for update in updates:
        check(update.ref)
        if update.old is None and update.new is None:
            raise Refused("refs.no-change", f"the update of {update.ref} has neither an old nor a new value")
        for oid in (update.old, update.new):
            if oid is not None and (not _OBJECT_ID.fullmatch(oid) or oid == _NOTHING):
                raise Refused("refs.bad-id", f"{oid!r} is not a full object id", where=update.ref)
        found = repo.handle.references.get(update.ref)
        if found is not None and isinstance(found.raw_target, bytes | str):
            raise Refused("refs.symbolic", f"{update.ref} only points at another ref", cure="name that ref instead")


def _verify(repo: Repository, updates: Sequence[RefUpdate], cause: Exception | None = None) -> None:
    """Raise `RefMoved` for the first ref that is not at its expected old value."""
    for update in updates:
        actual = read(repo, update.ref)
        if actual != update.old:
            raise RefMoved(
                "refs.moved",
                f"{update.ref} is at {actual or 'nothing'}, not at {update.old or 'nothing'}",
                where=str(repo.common_dir),
                why="someone else changed it meanwhile",
                cure="start again from its actual value",
            ) from cause


def _explain(repo: Repository, updates: Sequence[RefUpdate], error: LaneshiftError, *, last: bool) -> None:
    """Raise for a ref that moved, or after the last attempt; return when another process was only in the way."""
    _verify(repo, updates, error)
    if last or "lock" not in error.why:
        raise CheckFailed(
            "refs.failed", "git refused to move the refs", where=updates[0].ref, why=error.why or error.what
        ) from error
