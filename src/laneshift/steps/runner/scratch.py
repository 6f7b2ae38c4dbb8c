"""Removing a run's private folder, whatever the run left in it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def remove(folder: Path) -> None:
    """Remove `folder` and all below it: folders without permissions, any depth, never through a symbolic link.

    Nested folders are first renamed to the top, so that neither the stack nor the length of a path limits the depth.
    Raises `OSError` when something cannot be removed. A missing folder is no error.
    """
    if not os.path.lexists(folder):
        return
    if folder.is_symlink():
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    pending, emptied, count = [folder], [], 0
    while pending:
        current = pending.pop()
        current.chmod(stat.S_IRWXU)
        with os.scandir(current) as entries:
            found = [(Path(entry.path), entry.is_dir(follow_symlinks=False)) for entry in entries]
        for path, is_folder in found:
            if not is_folder:
                path.unlink()
                continue
            if current == folder:
                pending.append(path)
                continue
            path.chmod(stat.S_IRWXU)
            count += 1
            pending.append(path.rename(_free_name(folder, count)))
        emptied.append(current)
    # The folder itself was emptied first and goes last.
    for path in reversed(emptied):
        path.rmdir()


def _free_name(folder: Path, count: int) -> Path:
    while os.path.lexists(path := folder / f".removed-{count}-{os.urandom(4).hex()}"):
        count += 1
    return path
