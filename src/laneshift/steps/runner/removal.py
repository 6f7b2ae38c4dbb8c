"""Removing a folder whatever a run left in it.

The supervisor loads this in every run: nothing here needs a module that takes time to load.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_LONG_PATH = 900
"""Characters: a path may have 4,095 bytes, so a name of 255 fits behind it even where each letter takes four."""


def remove(folder: Path) -> None:
    """Remove `folder` and all below it: folders without permissions, any depth, never through a symbolic link.

    Folders at the end of a long path are first renamed to the top, so that neither the stack nor the length of a path
    limits the depth.
    Raises `OSError` when something cannot be removed. A missing folder is no error.
    """
    if not os.path.lexists(folder):
        return
    if folder.is_symlink():
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    # Plain strings: every run has such a folder, and paths as objects cost more than the calls.
    root = str(folder)
    pending, emptied, count = [root], list[str](), 0
    while pending:
        current = pending.pop()
        os.chmod(current, stat.S_IRWXU)  # noqa: PTH101 - as above
        with os.scandir(current) as entries:
            found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for path, is_folder in found:
            if not is_folder:
                os.unlink(path)  # noqa: PTH108 - as above
                continue
            if len(path) < _LONG_PATH:
                pending.append(path)
                continue
            os.chmod(path, stat.S_IRWXU)  # noqa: PTH101 - as above
            count += 1
            free = _free_name(folder, count)
            os.rename(path, free)  # noqa: PTH104 - as above
            pending.append(str(free))
        emptied.append(current)
    # Whatever lies deeper was emptied later, or moved to the top, and the folder itself goes last.
    for each in reversed(emptied):
        os.rmdir(each)  # noqa: PTH106 - as above


def _free_name(folder: Path, count: int) -> Path:
    while os.path.lexists(path := folder / f".removed-{count}-{os.urandom(4).hex()}"):
        count += 1
    return path
