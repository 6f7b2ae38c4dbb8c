"""Whether the files of a checkout are still as git wrote them, by what its index says of them: git's own test of that.

Only the plainest index is understood; of any other the answer is no, and git has to look.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from pathlib import Path

from laneshift.repo.folders import Entry
from laneshift.repo.untouched import untouched

_HEADER = struct.Struct(">4sII")
_ROW = struct.Struct(">IIIIIIIIII20sH")
_PLAIN = (b"DIRC", 2)
_UNUSUAL = 0xF000
"""Flags of a row that git is told to believe, that says more of itself, or that is one side of a conflict."""
_WORD = 0xFFFFFFFF
_SECOND = 10**9


def is_as_written(index: Path, root: Path, seen: Mapping[str, os.stat_result]) -> bool:
    """Whether `seen`, all files and links below `root`, are those that `index` has, and none was touched since.

    Where a file was written no earlier than the index, its time proves nothing, so its bytes are compared.
    """
    try:
        with index.open("rb") as file:
            when, data = os.fstat(file.fileno()).st_mtime_ns, file.read()
        doubtful = _doubtful(data, when, seen)
    except (OSError, ValueError, struct.error):
        return False
    return doubtful is not None and untouched(root, doubtful)


def _doubtful(data: bytes, when: int, seen: Mapping[str, os.stat_result]) -> list[tuple[str, Entry]] | None:
    """The rows whose time proves nothing, with what the index has there; None where a file is not as it was."""
    *form, count = _HEADER.unpack_from(data)
    if tuple(form) != _PLAIN or count != len(seen):
        return None
    found, at = [], _HEADER.size
    for _ in range(count):
        *times, _, inode, mode, user, group, size, oid, flags = _ROW.unpack_from(data, at)
        end = data.index(b"\0", at + _ROW.size)
        path = os.fsdecode(data[at + _ROW.size : end])
        now = seen.get(path)
        if now is None or flags & _UNUSUAL or [*times, inode, user, group, size] != _facts(now):
            return None
        if max(now.st_ctime_ns, now.st_mtime_ns) >= when:
            found.append((path, Entry(mode, oid.hex())))
        at += (end - at) // 8 * 8 + 8
    return found


def _facts(found: os.stat_result) -> list[int]:
    """What the index keeps of a file, in its order: 32 bits of each."""
    times = (*divmod(found.st_ctime_ns, _SECOND), *divmod(found.st_mtime_ns, _SECOND))
    return [each & _WORD for each in (*times, found.st_ino, found.st_uid, found.st_gid, found.st_size)]
