"""What two trees do not share, found without looking into the folders that they do share."""

from __future__ import annotations

from laneshift.repo.folders import MODE_FOLDER, Entry, Folder, Folders
from laneshift.repo.objects import Tree

Differences = dict[str, tuple[Entry | None, Entry | None]]
"""Path to the entry before and the entry after; None where there is none."""


def differences(old: Tree, new: Tree) -> Differences:
    """Every file, symlink and submodule that is not the same in both trees. Renames are a deletion and an addition."""
    found: Differences = {}
    folders = old.repository.folders
    _compare(folders, folders.folder(old.oid), folders.folder(new.oid), "", found)
    return found


def _compare(folders: Folders, old: Folder, new: Folder, prefix: str, found: Differences) -> None:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        path = prefix + name
        file_before, file_after = _file(before), _file(after)
        if file_before or file_after:
            found[path] = (file_before, file_after)
        _compare(folders, _inside(folders, before), _inside(folders, after), f"{path}/", found)


def _file(entry: Entry | None) -> Entry | None:
    return None if entry is None or entry.mode == MODE_FOLDER else entry


def _inside(folders: Folders, entry: Entry | None) -> Folder:
    return folders.folder(entry.oid) if entry is not None and entry.mode == MODE_FOLDER else {}
