"""A run's private folder: made, and swept when its process was killed."""

from __future__ import annotations

import os
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from laneshift.steps.runner.removal import remove

# The host is in the name because containers may share a temporary folder and not their process ids.
_PREFIX = f"laneshift-{re.sub(r'[^A-Za-z0-9]', '', socket.gethostname())}-"
_NAME = re.compile(re.escape(_PREFIX) + r"(?P<pid>[0-9]+)-.+")


def make(parent: Path | None) -> Path:
    """A new private folder in `parent` (the system's temporary folder when None), named for this process."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)).resolve()


@contextmanager
def private_folder(parent: Path | None) -> Iterator[Path]:
    """The private folder of one run, with the folders that its environment names; it goes with the context."""
    folder = make(parent)
    try:
        for name in ("home", "tmp", "run"):
            (folder / name).mkdir(mode=0o700)
        yield folder
    finally:
        remove(folder)


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


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
