"""Three-way merge of trees in the object database: no checkout, and only what differs is read.

What one side alone changed is taken over; what both changed is merged as text by libgit2. Whatever is left is a
conflict, and on a conflict the merged tree has our side, so that nothing is lost and nothing is made up.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pygit2
from pygit2.enums import MergeFileFlag, MergeFlag

from laneshift.repo.differences import Differences, differences
from laneshift.repo.folders import Entry
from laneshift.repo.objects import Repository, Tree
from laneshift.repo.similarity import renames

_LARGEST = 8 << 20
"""Bytes of a file above which it is not merged as text."""
_MARKER = re.compile(rb"^(<{7}|\|{7}|>{7}) 0(?=\r?$)", re.MULTILINE)
"""A marker of the first file of a merge, which stands in a made folder under its number."""


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """A path on which the sides disagree, with its entry on each of them; None where there is none.

    `why`: both-changed, both-added, deleted-and-changed, file-and-folder, or what a caller of its own adds.
    """

    path: str
    why: str
    base: Entry | None = field(default=None, compare=False)
    ours: Entry | None = field(default=None, compare=False)
    theirs: Entry | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Merged:
    """The merged tree, which has our side of every conflict."""

    tree: Tree
    conflicts: tuple[Conflict, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether the sides agree."""
        return not self.conflicts


def merge(base: Tree, ours: Tree, theirs: Tree) -> Merged:
    """Bring what `theirs` changed since `base` into `ours`. Pure: the same three trees give the same result.

    A file that one side renamed and the other changed is followed, at git's own 50 % likeness.
    """
    changed = differences(base, theirs)
    taken: dict[str, Entry | None] = {}
    pending: list[Conflict] = []
    for path, (before, after) in changed.items():
        here = ours.entry(path)
        if here == before:
            taken[path] = after
        elif here != after:
            pending.append(_conflict(path, before, here, after))
    blocked = _in_the_way(ours, changed, taken)
    for conflict in blocked:
        del taken[conflict.path]
    sides = _Sides(base, ours, theirs)
    followed = [sides.followed(conflict, taken) for conflict in pending]
    for each in followed:
        taken.update(each.aside)
    settled, conflicts = _texts(ours.repository, [each.conflict for each in followed])
    return Merged(ours.edit({**taken, **settled}), tuple(sorted([*conflicts, *blocked])))


def marked(repository: Repository, conflict: Conflict, ours: str = "ours", theirs: str = "theirs") -> bytes:
    """The text of a conflict with git's own markers, all three sides shown; empty when a side is no text to merge.

    The sides are named `ours`, `before` and `theirs`.
    """
    if not _is_text(repository, conflict):
        return b""
    flags = MergeFileFlag.STYLE_DIFF3 | MergeFileFlag.ACCEPT_CONFLICTS
    found = _merged_blobs(repository, [conflict], flags)[0]
    if found is None:
        return b""
    names = {b"<": os.fsencode(ours), b"|": b"before", b">": os.fsencode(theirs)}
    return _MARKER.sub(lambda line: line[1] + b" " + names[line[1][:1]], repository.blob(found.oid))


@dataclass(frozen=True)
class _Followed:
    """A conflict as it stands once renames are known, and the entries that this puts elsewhere."""

    conflict: Conflict
    aside: Mapping[str, Entry | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Sides:
    base: Tree
    ours: Tree
    theirs: Tree

    @cached_property
    def _our_renames(self) -> dict[str, str]:
        return {old: new for new, old in renames(self.base, self.ours).items()}

    @cached_property
    def _their_renames(self) -> dict[str, str]:
        return {old: new for new, old in renames(self.base, self.theirs).items()}

    def followed(self, conflict: Conflict, taken: Mapping[str, Entry | None]) -> _Followed:
        """The conflict, moved to where the side that deleted the file has renamed it to."""
        if conflict.why != "deleted-and-changed":
            return _Followed(conflict)
        if conflict.ours is None:
            there = self._our_renames.get(conflict.path, "")
            if there and self.theirs.entry(there) is None:
                return _Followed(replace(conflict, path=there, why="both-changed", ours=self.ours.entry(there)))
            return _Followed(conflict)
        there = self._their_renames.get(conflict.path, "")
        if taken.get(there) is not None and self.ours.entry(there) is None:
            moved = replace(conflict, path=there, why="both-changed", theirs=self.theirs.entry(there))
            return _Followed(moved, {conflict.path: None, there: conflict.ours})
        return _Followed(conflict)


def _conflict(path: str, base: Entry | None, ours: Entry | None, theirs: Entry | None) -> Conflict:
    if base is None:
        return Conflict(path, "both-added", base, ours, theirs)
    why = "deleted-and-changed" if ours is None or theirs is None else "both-changed"
    return Conflict(path, why, base, ours, theirs)


def _texts(repository: Repository, pending: Sequence[Conflict]) -> tuple[dict[str, Entry | None], list[Conflict]]:
    """Which of the conflicts text merges settle, and which remain."""
    settled: dict[str, Entry | None] = {}
    texts = [each for each in pending if each.base is not None and _is_text(repository, each)]
    left = [each for each in pending if each.base is None or not _is_text(repository, each)]
    for conflict, entry in zip(texts, _merged_blobs(repository, texts), strict=True):
        if entry is None:
            left.append(conflict)
        else:
            settled[conflict.path] = entry
    return settled, left


def _is_text(repository: Repository, conflict: Conflict) -> bool:
    """Whether all sides that are there are files small enough to merge; ours and theirs have to be."""
    there = [entry for entry in (conflict.base, conflict.ours, conflict.theirs) if entry is not None]
    if conflict.ours is None or conflict.theirs is None:
        return False
    return all(entry.is_regular and repository.blob_size(entry.oid) <= _LARGEST for entry in there)


def _merged_blobs(
    repository: Repository, texts: Sequence[Conflict], flags: MergeFileFlag = MergeFileFlag.DEFAULT
) -> list[Entry | None]:
    """What libgit2 makes of each; None where it finds a conflict. The files stand in folders made for this merge."""
    if not texts:
        return []
    sides: list[Callable[[Conflict], Entry | None]] = [lambda c: c.base, lambda c: c.ours, lambda c: c.theirs]
    folders = []
    for side in sides:
        entries = {f"{number}": entry for number, each in enumerate(texts) if (entry := side(each)) is not None}
        folders.append(pygit2.Oid(hex=repository.write_folder(entries)))
    base, ours, theirs = folders
    index = repository.handle.merge_trees(base, ours, theirs, flags=MergeFlag(0), file_flags=flags)
    disputed = {entry.path for found in index.conflicts or () for entry in found if entry is not None}
    result: list[Entry | None] = []
    for number in range(len(texts)):
        name = f"{number}"
        found = None if name in disputed else index[name]
        result.append(None if found is None else Entry(int(found.mode), str(found.id)))
    return result


def _in_the_way(ours: Tree, changed: Differences, taken: Mapping[str, Entry | None]) -> list[Conflict]:
    """What cannot be put where it belongs, because our side has a file for its folder or a folder for its file."""
    gone = {path for path, entry in taken.items() if entry is None}
    found = []
    for path, entry in taken.items():
        if entry is None:
            continue
        parts = path.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts))]
        blocked = any(ours.entry(each) is not None and each not in gone for each in above)
        if not blocked and ours.is_folder(path):
            blocked = any(below not in gone for below, _ in ours.below(path))
        if blocked:
            found.append(Conflict(path, "file-and-folder", changed[path][0], ours.entry(path), entry))
    return found
