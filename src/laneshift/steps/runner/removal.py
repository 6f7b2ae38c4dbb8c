"""Removing a folder whatever a run left in it.

The supervisor loads this in every run: nothing here needs a module that takes time to load.
"""

from __future__ import annotations

import errno
import os
import stat

_LONG_PATH = 900
"""Characters: a path may have 4,095 bytes, so a name of 255 fits behind it even where each letter takes four."""


def remove(folder: str | os.PathLike[str]) -> None:
    """Remove `folder` and all below it: folders without permissions, any depth, never through a symbolic link.

    Folders at the end of a long path are first renamed to the top, so that neither the stack nor the length of a path
    limits the depth.
    Raises `OSError` when something cannot be removed. A missing folder is no error.
    """
    # Plain strings: every run has such a folder, and paths as objects cost more than the calls.
    root = os.fspath(folder)
    if not os.path.lexists(root):
        return
    if os.path.islink(root):
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), root)
    pending, emptied, count = [root], list[str](), 0
    while pending:
        current = pending.pop()
        os.chmod(current, stat.S_IRWXU)
        with os.scandir(current) as entries:
            found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for path, is_folder in found:
            if not is_folder:
                os.unlink(path)
                continue
            if len(path) < _LONG_PATH:
                pending.append(path)
                continue
            os.chmod(path, stat.S_IRWXU)
            count += 1
            free = _free_name(root, count)
            os.rename(path, free)
            pending.append(free)
        emptied.append(current)
    # Whatever lies deeper was emptied later, or moved to the top, and the folder itself goes last.
    for each in reversed(emptied):
        os.rmdir(each)


def _free_name(folder: str, count: int) -> str:
    while os.path.lexists(path := f"{folder}/.removed-{count}-{os.urandom(4).hex()}"):
        count += 1
    return path
