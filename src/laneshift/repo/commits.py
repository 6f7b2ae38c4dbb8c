"""Commits: written byte for byte from their facts, and read back.

Author and committer are one person at one moment, there is no signature and no encoding header: the same facts give the
same commit id on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pygit2
from pygit2.enums import ObjectType, SortMode

from laneshift.errors import Bug, Refused
from laneshift.repo.objects import Repository
from laneshift.repo.renames import renamed_from, was_renamed
from laneshift.repo.storing import store
from laneshift.repo.trailers import trailers

__all__ = [
    "KEEPER",
    "Commit",
    "Identity",
    "commit_bytes",
    "history",
    "is_ancestor",
    "merge_base",
    "read_commit",
    "renamed_from",
    "trailers",
    "was_renamed",
    "write_commit",
]

_UNFIT = re.compile(r"[\x00-\x1f\x7f<>]")
_OBJECT_ID = re.compile(r"[0-9a-f]{40}")
_LATEST = 2**53
_FARTHEST_ZONE = 14 * 60


@dataclass(frozen=True, slots=True)
class Identity:
    """Who wrote a commit. Raises `Refused` (`commits.bad-identity`) for a text that a commit cannot carry."""

    name: str
    email: str

    def __post_init__(self) -> None:
        """Refuse what git would silently alter: control characters, angle brackets, outer blanks."""
        for label, text in (("name", self.name), ("email", self.email)):
            if not text or text != text.strip(" .,:;\"'\\") or _UNFIT.search(text) or not _is_utf8(text):
                raise Refused("commits.bad-identity", f"{text!r} cannot be the {label} of a commit's author")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `when` is the committer's time in Unix seconds, `offset` the author's time zone in minutes."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    message: str
    author: str
    email: str
    when: int
    offset: int

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


def write_commit(
    repo: Repository,
    tree_oid: str,
    parents: Sequence[str],
    message: str,
    author: Identity,
    when: int,
    offset: int = 0,
) -> str:
    """Store a commit and return its id. `when` is in Unix seconds, `offset` in minutes east of UTC, at most 14 hours.

    Raises `Refused` when the tree or a parent is missing or of another kind, or when the text or time cannot be stored,
    and `CheckFailed` (`repo.not-writable`) when the disk does not take it.
    """
    _need(repo, tree_oid, ObjectType.TREE)
    for parent in parents:
        _need(repo, parent, ObjectType.COMMIT)
    data = commit_bytes(tree_oid, parents, message, author, when, offset)
    return store(repo.handle, ObjectType.COMMIT, data)


def commit_bytes(
    tree_oid: str, parents: Sequence[str], message: str, author: Identity, when: int, offset: int = 0
) -> bytes:
    """The bytes that git stores for a commit. Raises `Refused` as `write_commit` does for text and time."""
    if not message.strip() or "\0" in message or not _is_utf8(message):
        raise Refused("commits.bad-message", "a commit message must be non-empty UTF-8 without NUL", where=message[:80])
    if not 0 <= when < _LATEST or not -_FARTHEST_ZONE <= offset <= _FARTHEST_ZONE:
        raise Refused("commits.bad-time", f"{when} s with offset {offset} min is not a time that git can store")
    stamp = f"{author.name} <{author.email}> {when} {_zone(offset)}"
    head = [f"tree {tree_oid}", *(f"parent {parent}" for parent in parents), f"author {stamp}", f"committer {stamp}"]
    return ("\n".join(head) + "\n\n" + message.rstrip("\n") + "\n").encode()


def read_commit(repo: Repository, rev: str) -> Commit:
    """The commit that `rev` names. Text in another encoding is read with replacement marks. Raises `Refused`."""
    return _commit(repo.handle[repo.commit_id(rev)])


def history(repo: Repository, start: str, stop: str | None = None, limit: int = 100_000) -> list[Commit]:
    """Commits reachable from `start` and not from `stop`, newest first, children always before parents.

    Raises `Refused` when a revision is missing, or when there are more than `limit`.
    """
    walker = repo.handle.walk(pygit2.Oid(hex=repo.commit_id(start)), SortMode.TOPOLOGICAL | SortMode.TIME)
    if stop is not None:
        walker.hide(pygit2.Oid(hex=repo.commit_id(stop)))
    found: list[Commit] = []
    for commit in walker:
        if len(found) == limit:
            raise Refused("commits.too-many", f"over {limit} commits between {stop} and {start}")
        found.append(_commit(commit))
    return found


def merge_base(repo: Repository, left: str, right: str) -> str | None:
    """The best common ancestor of two revisions, or None when their histories never met."""
    found = repo.handle.merge_base(pygit2.Oid(hex=repo.commit_id(left)), pygit2.Oid(hex=repo.commit_id(right)))
    return str(found) if found else None


def is_ancestor(repo: Repository, ancestor: str, descendant: str) -> bool:
    """Whether `ancestor` is `descendant` or in its history."""
    old, new = repo.commit_id(ancestor), repo.commit_id(descendant)
    return old == new or repo.handle.descendant_of(pygit2.Oid(hex=new), pygit2.Oid(hex=old))


def _need(repo: Repository, oid: str, kind: ObjectType) -> None:
    if not _OBJECT_ID.fullmatch(oid):
        raise Refused("commits.bad-id", f"{oid!r} is not a full object id")
    try:
        found = repo.handle.odb.read_header(oid)[0]
    except KeyError as error:
        raise Refused("commits.missing-object", f"object {oid} is missing", where=str(repo.common_dir)) from error
    if found != kind:
        raise Refused("commits.wrong-kind", f"object {oid} is not a {kind.name.lower()}", where=str(repo.common_dir))


def _commit(found: object) -> Commit:
    if not isinstance(found, pygit2.Commit):
        raise Bug("commits.wrong-kind", "a commit id led to another kind of object")
    return Commit(
        oid=str(found.id),
        tree=str(found.tree_id),
        parents=tuple(str(parent) for parent in found.parent_ids),
        message=_decoded(found.raw_message, found.message_encoding),
        author=_decoded(found.author.raw_name, found.message_encoding),
        email=_decoded(found.author.raw_email, found.message_encoding),
        when=found.commit_time,
        offset=found.commit_time_offset,
    )


def _decoded(raw: bytes, encoding: str | None) -> str:
    try:
        return raw.decode(encoding or "utf-8", errors="replace")
    except LookupError:
        return raw.decode("utf-8", errors="replace")


def _zone(offset: int) -> str:
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02d}{minutes:02d}"


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


KEEPER = Identity("laneshift", "laneshift@localhost")
"""Who writes the commits in which laneshift keeps things of its own: nobody's work, and under no branch."""
