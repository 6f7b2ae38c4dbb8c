"""What two trees do not share, found without looking into the folders that they do share."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from laneshift.repo.folders import MODE_FOLDER, Entry, Folder, Folders
from laneshift.repo.objects import Tree

Differences = dict[str, tuple[Entry | None, Entry | None]]
"""Path to the entry before and the entry after; None where there is none."""


def differences(old: Tree, new: Tree) -> Differences:
    """Every file, symlink and submodule that is not the same in both trees. Renames are a deletion and an addition."""
    found = few_differences(old.repository.folders, old.oid, new.oid, sys.maxsize)
    return {} if found is None else found


def few_differences(folders: Folders, old: str, new: str, most: int) -> Differences | None:
    """As `differences`, of the trees with these ids; None as soon as there are more than `most`.

    Without recursion: folders may lie deeper than the interpreter's stack.
    """
    found: Differences = {}
    waiting = [_pairs(folders.folder(old), folders.folder(new), "")]
    while waiting:
        for path, before, after in waiting[-1]:
            file_before, file_after = _file(before), _file(after)
            if file_before or file_after:
                found[path] = (file_before, file_after)
                if len(found) > most:
                    return None
            if file_before != before or file_after != after:
                waiting.append(_pairs(_inside(folders, before), _inside(folders, after), f"{path}/"))
                break
        else:
            waiting.pop()
    return found


def _pairs(old: Folder, new: Folder, prefix: str) -> Iterator[tuple[str, Entry | None, Entry | None]]:
    """Path, entry before and entry after of all that is not the same in two folders."""
    for name, before in old.items():
        after = new.get(name)
        if before != after:
            yield prefix + name, before, after
    for name, after in new.items():
        if name not in old:
            yield prefix + name, None, after


def _file(entry: Entry | None) -> Entry | None:
    return None if entry is None or entry.mode == MODE_FOLDER else entry


def _inside(folders: Folders, entry: Entry | None) -> Folder:
    return folders.folder(entry.oid) if entry is not None and entry.mode == MODE_FOLDER else {}
