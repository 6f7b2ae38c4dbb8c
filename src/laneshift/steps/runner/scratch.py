"""A run's private folder: made, removed whatever the run left in it, and swept when its process was killed."""

from __future__ import annotations

import errno
import os
import re
import socket
import stat
import tempfile
from pathlib import Path

# The host is in the name because containers may share a temporary folder and not their process ids.
_PREFIX = f"laneshift-{re.sub(r'[^A-Za-z0-9]', '', socket.gethostname())}-"
_NAME = re.compile(re.escape(_PREFIX) + r"(?P<pid>[0-9]+)-.+")


def make(parent: Path | None) -> Path:
    """A new private folder in `parent` (the system's temporary folder when None), named for this process."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)).resolve()


def sweep(parent: Path | None) -> int:
    """Remove what processes of this user that are no more left in `parent`; returns how many folders went.

    Each is renamed first: of two processes that sweep at once, one finds it gone.
    """
    swept = 0
    for path in Path(parent or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        found = _NAME.fullmatch(path.name)
        try:
            if found is None or _is_alive(int(found["pid"])) or path.lstat().st_uid != os.getuid() or path.is_symlink():
                continue
            mine = path.rename(path.with_name(f"{_PREFIX}{os.getpid()}-{path.name}"))
        except FileNotFoundError:
            continue
        remove(mine)
        swept += 1
    return swept


def remove(folder: Path) -> None:
    """Remove `folder` and all below it: folders without permissions, any depth, never through a symbolic link.

    Nested folders are first renamed to the top, so that neither the stack nor the length of a path limits the depth.
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
            if current == root:
                pending.append(path)
                continue
            os.chmod(path, stat.S_IRWXU)  # noqa: PTH101 - as above
            count += 1
            free = _free_name(folder, count)
            os.rename(path, free)  # noqa: PTH104 - as above
            pending.append(str(free))
        emptied.append(current)
    # The folder itself was emptied first and goes last.
    for each in reversed(emptied):
        os.rmdir(each)  # noqa: PTH106 - as above


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _free_name(folder: Path, count: int) -> Path:
    while os.path.lexists(path := folder / f".removed-{count}-{os.urandom(4).hex()}"):
        count += 1
    return path
