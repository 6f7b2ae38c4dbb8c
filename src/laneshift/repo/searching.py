"""A search through all files of a commit or tree by `git grep`, under way beside this process.

It reads packs with several threads, which a library in process does not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from laneshift.repo.git import Place, begin
from laneshift.repo.late_patterns import late
from laneshift.repo.plain_records import NamedTuple

NONE_FOUND = 1
"""What `git grep` ends with where it finds nothing."""
_LINK = late(rb"(?:\A|\0)120000 blob [0-9a-f]+\t([^\0]+)")
_OID = re.compile(r"[0-9a-f]{40}")


def can_search(needles: Collection[str]) -> bool:
    """Whether git can look for these: each a piece of one line."""
    return bool(needles) and all(needles) and not any(end in needle for needle in needles for end in "\0\n")


def asking(needles: Iterable[str]) -> tuple[str, ...]:
    """The arguments for git that name the files which hold one of these, binary ones too, each ended by NUL."""
    patterns = (argument for needle in sorted(needles) for argument in ("-e", needle))
    options = ("--files-with-matches", "--null", "--text", "--fixed-strings", "--no-color", "--full-name")
    return ("grep", *options, *patterns)


class Found(NamedTuple):
    """Paths of the regular files that contain one of several texts, and of all symlinks."""

    files: list[str]
    links: list[str]


class Searching:
    """Which regular files contain one of `needles`, and which files are symlinks, whatever they lead to.

    A context manager: leaving it ends what nobody waited for. `oid` is the full id of a
    commit or a tree, the needles pass `can_search`.
    """

    def __init__(self, git_dir: Path, oid: str, needles: Collection[str]) -> None:
        self.oid = oid
        self.needles = frozenset(needles)
        place = Place(git_dir)
        with ExitStack() as running:
            self._begun = running.enter_context(begin(place, *asking(needles), oid))
            self._listing = running.enter_context(begin(place, "ls-tree", "-r", "-z", "--full-tree", oid))
            self._running = running.pop_all()

    def __enter__(self) -> Self:
        """The search itself."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End it."""
        self._running.close()

    def found(self) -> Found | None:
        """Wait for all of it, once; None where git had something to say about an object. Raises `CheckFailed`."""
        files = self.paths()
        return None if files is None else Found(files, self.links())

    def paths(self) -> list[str] | None:
        """Wait for the files, once; None where git had something to say about an object. Raises `CheckFailed`."""
        found = self._begun.outcome(accept=(0, NONE_FOUND))
        head = len(self.oid) + 1
        return None if found.stderr else [field[head:] for field in found.fields]

    def links(self) -> list[str]:
        """Wait for the symlinks, once. Raises `CheckFailed`."""
        return [os.fsdecode(path) for path in _LINK.findall(self._listing.outcome().stdout)]


def head_commit(git_dir: Path) -> str | None:
    """The commit that HEAD names, where its file or that of its branch says so; None where only git can tell."""
    try:
        text = (git_dir / "HEAD").read_text("ascii").strip()
        branch = text.removeprefix("ref: ")
        if branch != text and branch.startswith("refs/heads/") and ".." not in branch:
            text = (git_dir / branch).read_text("ascii").strip()
    except (OSError, ValueError):
        return None
    return text if _OID.fullmatch(text) else None
