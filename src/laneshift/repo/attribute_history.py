"""Whether files of a work tree may have been written under attributes that are not there any more.

Git compares a file with its blob only when the file was touched since. So a filter or an encoding that was taken out of
`.gitattributes` leaves files whose bytes are not those of their blobs in a work tree that git calls clean.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.repo.git import Place, git
from laneshift.repo.late_patterns import late

CHANGING = (b"filter", b"ident", b"working-tree-encoding")
"""Attributes under which git writes other bytes than those of the blob, but for the ends of lines."""
_ENTRY = late(rb"^([0-9a-f]{40}) ([0-9a-f]{40}) ", re.MULTILINE)
_NOTHING = b"0" * 40
_LARGEST_LOG = 256 << 10
_MOST_COMMITS = 64
_NAME = ".gitattributes"


def stood_at(git_dir: Path) -> frozenset[str] | None:
    """Every commit that HEAD has named in this clone by its reflog; None where that is not whole or names very many."""
    try:
        with (git_dir / "logs" / "HEAD").open("rb") as file:
            told = file.read(_LARGEST_LOG)
    except OSError:
        return None
    entries = _ENTRY.findall(told)
    before = [_NOTHING, *(new for _, new in entries)]
    whole = len(entries) == told.count(b"\n") and len(told) < _LARGEST_LOG
    if not entries or not whole or any(old != known for (old, _), known in zip(entries, before, strict=False)):
        return None
    commits = frozenset(new.decode() for _, new in entries)
    return commits if len(commits) <= _MOST_COMMITS else None


def were_others(place: Place, head: str) -> bool:
    """Whether a commit that HEAD named before it named `head` had attributes that change bytes and that `head` has not.

    True where nobody can tell. Attributes that were never committed are not known here.
    """
    commits = stood_at(place.git_dir)
    if commits is None:
        return True
    earlier = sorted(commits - {head})
    return bool(earlier) and _had_others(place, head, earlier)


def _had_others(place: Place, head: str, earlier: Collection[str]) -> bool:
    pairs = "".join(f"{head} {commit}\n" for commit in earlier)
    form = ("--stdin", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-commit-id")
    try:
        fields = git(place, "diff-tree", *form, stdin=pairs.encode()).fields
        rows = zip(fields[::2], fields[1::2], strict=True)
        old = {facts.split(" ")[2] for facts, path in rows if path.rpartition("/")[2] == _NAME}
        return any(_changes_bytes(place, oid) for oid in sorted(old - {_NOTHING.decode()}))
    except (CheckFailed, ValueError, IndexError):
        return True  # a commit of long ago may be gone


def _changes_bytes(place: Place, oid: str) -> bool:
    told = git(place, "cat-file", "blob", oid).stdout
    return any(name in told for name in CHANGING)
