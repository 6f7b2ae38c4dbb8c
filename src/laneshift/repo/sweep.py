"""Removes from a checkout what a tree does not have there, and what it has there in another kind or with odd modes.

Symlinks are never followed. What is removed although the tree has it is written again by the checkout that follows.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FOLDER, MODE_SUBMODULE, MODE_SYMLINK, Entry, Folder, Folders

_FOLDER_BITS = 0o755
_BLOCK_BYTES = 512


def sweep(root: Path, folders: Folders, tree_oid: str) -> dict[str, os.stat_result]:
    """Bring `root` close to the tree; returns the files and links that are left, as they are. Raises `OSError`.

    Afterwards `root` holds only paths of the tree, each of its own kind with the modes of a fresh checkout: folders
    0755, plain files 0644, executable files 0755, one hard link each. Folders of submodules are empty.
    """
    _make_folder(root)
    left: dict[str, os.stat_result] = {}
    _sweep(str(root), folders, folders.folder(tree_oid), len(f"{root}/"), left)
    return left


def wipe(path: Path) -> int:
    """Remove whatever is at `path`, unreadable folders and any depth included; the bytes of disk freed.

    Each folder is moved up before its turn, so that neither the depth nor the length of a path sets a limit. Raises
    `OSError` for what cannot be removed, such as a mount point.
    """
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return 0
    trash = path.with_name(f".wiped-{os.urandom(8).hex()}")
    trash.mkdir()
    pending, freed, moved = [_take_up(path, trash / "0")], 0, 0
    while pending:
        folder = pending.pop()
        blocks, inner = _empty(folder)
        freed += blocks * _BLOCK_BYTES
        for name in inner:
            moved += 1
            pending.append(_take_up(folder / name, trash / str(moved)))
        freed += folder.stat().st_blocks * _BLOCK_BYTES
        folder.rmdir()
    trash.rmdir()
    return freed


def _empty(folder: Path) -> tuple[int, list[str]]:
    """Remove the files of one folder; the blocks they had, and the names of the folders in it."""
    blocks, inner = 0, []
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with os.scandir(opened) as found:
            inside = list(found)
        for item in inside:
            if item.is_dir(follow_symlinks=False):
                inner.append(item.name)
            else:
                blocks += item.stat(follow_symlinks=False).st_blocks
                os.unlink(item.name, dir_fd=opened)
    finally:
        os.close(opened)
    return blocks, inner


def _take_up(folder: Path, to: Path) -> Path:
    folder.chmod(0o700)
    return folder.rename(to)


def _make_folder(root: Path) -> None:
    if root.is_symlink() or (root.exists() and not root.is_dir()):
        root.unlink()
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(_FOLDER_BITS)


def _sweep(path: str, folders: Folders, wanted: Folder, above: int, left: dict[str, os.stat_result]) -> None:
    """`above` is how many letters of each path stand before what is relative to the root."""
    with os.scandir(path) as found:
        present = list(found)
    for item in present:
        entry, seen = wanted.get(item.name), item.stat(follow_symlinks=False)
        if entry is None or not _is_right(item, seen, entry):
            wipe(Path(item.path))
        elif entry.mode == MODE_FOLDER:
            _sweep(item.path, folders, folders.folder(entry.oid), above, left)
        elif entry.mode == MODE_SUBMODULE:
            _sweep(item.path, folders, {}, above, left)
        else:
            left[item.path[above:]] = seen


def _is_right(item: os.DirEntry[str], found: os.stat_result, entry: Entry) -> bool:
    """Whether what is on the disk has the kind and modes of the entry. Modes of folders are set right on the way."""
    if entry.mode in (MODE_FOLDER, MODE_SUBMODULE):
        if not stat.S_ISDIR(found.st_mode):
            return False
        if stat.S_IMODE(found.st_mode) != _FOLDER_BITS:
            Path(item.path).chmod(_FOLDER_BITS)
        return True
    if found.st_nlink != 1:
        return False
    if entry.mode == MODE_SYMLINK:
        return stat.S_ISLNK(found.st_mode)
    bits = 0o755 if entry.mode == MODE_EXECUTABLE else 0o644
    return stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) == bits
