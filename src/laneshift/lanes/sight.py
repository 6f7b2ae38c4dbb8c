"""Whether a work tree is still as it was at an earlier look, by when its files and folders were last touched.

What a file holds cannot change without its time of change, nor the names in a folder without that of the folder. As
for what was said before: standard modules that Python has loaded anyway, and records that are plain classes.
"""

from __future__ import annotations

import gc
import os
from array import array

Stamp = tuple[int, int]
"""When a file was written and when it was changed in any way, in nanoseconds; `_ABSENT` if it is not there."""

_ABSENT: Stamp = (-1, -1)
_NUMBERS = "q"


class Sight:
    """What was looked at, and how it was.

    `inside` are paths below the work tree that were all there, symlinks not followed; `outside` are other files that
    decide, followed, there or not. Both are joined by NUL. `stamps` are those of all, in this order, as 64-bit numbers.
    """

    __slots__ = ("inside", "outside", "stamps")

    def __init__(self, inside: bytes, outside: bytes, stamps: bytes) -> None:
        self.inside = inside
        self.outside = outside
        self.stamps = stamps

    def parts(self) -> tuple[bytes, bytes, bytes]:
        """What it is made of."""
        return self.inside, self.outside, self.stamps

    def holds(self, root: str) -> bool:
        """Whether everything is as it was, in the work tree at `root`."""
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        collects = gc.isenabled()
        gc.disable()  # none of the thousands of records below is part of a cycle
        try:
            around = [stamp_outside(path) for path in self.outside.split(b"\0")]
            os.chdir(root)  # short names are found faster
            stamps = [(found.st_mtime_ns, found.st_ctime_ns) for found in map(os.lstat, self.inside.split(b"\0"))]
        except OSError:
            return False
        finally:
            os.fchdir(here)
            os.close(here)
            if collects:
                gc.enable()
        return packed([*stamps, *around]) == self.stamps


def stamp_of(found: os.stat_result) -> Stamp:
    """What tells one state of a file from another."""
    return found.st_mtime_ns, found.st_ctime_ns


def stamp_outside(path: bytes) -> Stamp:
    """The stamp of a file that may be a link, or not be there. Raises `OSError` where nobody can tell."""
    try:
        return stamp_of(os.stat(path))  # noqa: PTH116 - to load pathlib takes longer than all of this
    except (FileNotFoundError, NotADirectoryError):
        return _ABSENT


def packed(stamps: list[Stamp]) -> bytes:
    """The numbers of stamps one after the other."""
    return array(_NUMBERS, [number for stamp in stamps for number in stamp]).tobytes()
