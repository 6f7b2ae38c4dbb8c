"""How many lines commits add and delete, as git itself counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from laneshift.errors import Bug
from laneshift.repo.git import Place, git
from laneshift.repo.objects import Repository

_OID = re.compile(rb"[0-9a-f]{40}")
_COUNTS = re.compile(rb"(-|[0-9]+)\t(-|[0-9]+)\t(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Numstat:
    """One path of a commit, and of a renamed one the old path; lines added and deleted, None for binary files."""

    path: str
    added: int | None
    deleted: int | None
    old: str = ""


def numstats(repository: Repository, commits: Sequence[str]) -> dict[str, tuple[Numstat, ...]]:
    """What `git log --numstat` tells of each of these commits, by full id; of merges nothing.

    Renames are found as git finds them by default. Raises as `git` does.
    """
    if not commits:
        return {}
    words = ("diff-tree", "--stdin", "--root", "-r", "-M", "--numstat", "-z")
    stdin = "".join(f"{each}\n" for each in commits).encode("ascii")
    told = git(Place(repository.git_dir), *words, stdin=stdin).stdout
    return {**dict.fromkeys(commits, ()), **dict(_parted(told.split(b"\0")))}


def _parted(parts: Sequence[bytes]) -> Iterator[tuple[str, tuple[Numstat, ...]]]:
    """A commit's id, then its paths; of a renamed one the counts, and behind them the old path and the new one."""
    rest, commit, counts = iter(parts), "", list[Numstat]()
    for part in rest:
        if _OID.fullmatch(part):
            if commit:
                yield commit, tuple(counts)
            commit, counts = part.decode("ascii"), []
        elif part:
            counts.append(_counted(part, rest))
    if commit:
        yield commit, tuple(counts)


def _counted(part: bytes, rest: Iterator[bytes]) -> Numstat:
    found = _COUNTS.fullmatch(part)
    if found is None:
        raise Bug("numstat.unread", f"git wrote {part[:80]!r} where counts were expected")
    added, deleted = (None if each == b"-" else int(each) for each in (found[1], found[2]))
    if found[3]:
        return Numstat(_path(found[3]), added, deleted)
    old, new = next(rest, b""), next(rest, b"")
    return Numstat(_path(new), added, deleted, _path(old))


def _path(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
