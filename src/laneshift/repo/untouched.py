"""Whether files of a work tree hold exactly what is expected, by their own bytes: no git process, no index.

Where git's filters or line ends make the bytes of a file differ from those of its blob, the answer is no, and a
snapshot has to tell.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, MODE_SYMLINK, Entry
from laneshift.repo.kinds import Kind, object_id

_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC


def untouched(
    root: Path,
    expected: Iterable[tuple[str, Entry | None]],
    remembered: Callable[[str], bytes | None] = lambda _: None,
) -> bool:
    """Whether every path below `root` is what is expected there, where None expects nothing.

    `remembered` gives the bytes of a blob by its id where they are at hand: to compare them is quicker than to hash.
    """
    return all(_held(f"{root}/{path}", entry, remembered) == entry for path, entry in expected)


def _held(path: str, expected: Entry | None, remembered: Callable[[str], bytes | None]) -> Entry | None:
    """What lies at a path: a file, a symlink, nothing; an entry without id for anything else or unreadable."""
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            return Entry(MODE_SYMLINK, object_id(Kind.BLOB, os.fsencode(Path(path).readlink())))
        if stat.S_ISREG(mode):
            data = _bytes(path)
            known = expected is not None and remembered(expected.oid) == data
            oid = expected.oid if expected is not None and known else object_id(Kind.BLOB, data)
            return Entry(MODE_EXECUTABLE if mode & stat.S_IXUSR else MODE_FILE, oid)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Entry(0, "")
    return Entry(0, "")


def _bytes(path: str) -> bytes:
    """The bytes of a plain file. A pipe that took its place would block for ever, a link would lead elsewhere."""
    handle = os.open(path, _FLAGS)
    try:
        parts = [os.read(handle, os.fstat(handle).st_size + 1)]
        while parts[-1]:
            parts.append(os.read(handle, len(parts[-1])))
        return b"".join(parts)
    finally:
        os.close(handle)
