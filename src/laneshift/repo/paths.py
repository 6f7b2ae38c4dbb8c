"""Which paths a tree may be given. Pure."""

from __future__ import annotations

import os
from functools import lru_cache

from laneshift.errors import Refused
from laneshift.repo.late_patterns import late

_LONGEST_PART = 255
_LONGEST = 4000
_INVISIBLE = late("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_GIT_FOLDERS = frozenset({".git", "git~1"})


def check_path(path: str) -> tuple[str, ...]:
    """The parts of a path relative to the root of a tree.

    Raises `Refused` (`repo.bad-path`) for what could leave the tree or reach git's own files on any file system: empty,
    `.` and `..` parts, absolute paths, NUL, names that some file systems take for `.git`, and over-long names.
    """
    parts = tuple(path.split("/"))
    if "\0" in path or not all(map(_is_fit, parts)) or len(path) > _LONGEST:
        raise Refused("repo.bad-path", f"{path[:200]!r} is not a path inside a tree")
    return parts


@lru_cache(maxsize=4096)  # many paths share their folders
def _is_fit(part: str) -> bool:
    if part in ("", ".", ".."):
        return False
    plain = part if part.isascii() else _INVISIBLE.sub("", part)
    if plain.rstrip(". ").split(":")[0].lower() in _GIT_FOLDERS:
        return False
    return len(part) <= _LONGEST_PART and (part.isascii() or len(_encoded(part)) <= _LONGEST_PART)


def _encoded(part: str) -> bytes:
    try:
        return os.fsencode(part)
    except UnicodeEncodeError as error:
        raise Refused("repo.bad-path", f"{part[:200]!r} cannot be written as a file name") from error
