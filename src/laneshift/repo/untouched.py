"""Whether files of a work tree hold exactly what is expected, by their own bytes: no git process, no index.

Where git's filters or line ends make the bytes of a file differ from those of its blob, the answer is no, and a
snapshot has to tell.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

import pygit2

from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK, Entry


def untouched(root: Path, expected: Iterable[tuple[str, Entry | None]]) -> bool:
    """Whether every path below `root` is what is expected there, where None expects nothing."""
    return all(_held(root / path) == entry for path, entry in expected)


def _held(path: Path) -> Entry | None:
    """What lies at a path: a file, a symlink, nothing; an entry without id for anything else or unreadable."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return Entry(MODE_SYMLINK, str(pygit2.hash(os.fsencode(path.readlink()))))
        if stat.S_ISREG(mode):
            return Entry(MODE_EXECUTABLE if mode & stat.S_IXUSR else MODE_FILE, str(pygit2.hash(path.read_bytes())))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Entry(0, "")
    return Entry(0, "")
