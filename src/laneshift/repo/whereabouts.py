"""Where a repository is, told from names and its own settings alone, for who must not wait until a library is loaded.

Only the plainest repository is known here: a `.git` folder of this user's in a work tree of this user's, on one disk,
of the first format and without settings that move anything. All else is left to the library, which knows every kind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from laneshift.repo.plain_head import git_dir_above
from laneshift.repo.plain_records import NamedTuple

_LARGEST_SETTINGS = 64 << 10
_FORMAT, _NOT_BARE = b"repositoryformatversion", b"bare"
_SURPRISING = (b"worktree", b"extensions", b"include", b"objectformat", b"\\\n", b"\r")


class Whereabouts(NamedTuple):
    """The folders of a repository, without symlinks: of this work tree, of all its work trees, and the files."""

    git_dir: Path
    common_dir: Path
    work_dir: Path | None


def plain_whereabouts(path: Path) -> Whereabouts | None:
    """The repository that contains `path`, where it is a plain one; None where the library has to be asked."""
    if "\0" in str(path):
        return None
    start = os.path.realpath(path)
    git_dir = git_dir_above(start) if os.path.isdir(start) else None
    if git_dir is None or not all(_is_folder(f"{git_dir}/{name}") for name in ("objects", "refs")):
        return None
    root = os.path.dirname(git_dir)
    try:
        device = os.stat(git_dir).st_dev
        nested = any(os.path.lexists(f"{each}/HEAD") or os.stat(each).st_dev != device for each in _up(start, root))
        plain = not nested and os.path.isfile(f"{git_dir}/HEAD") and not os.path.lexists(f"{git_dir}/commondir")
        if not plain or not _is_usual(_settings(f"{git_dir}/config")):
            return None
    except OSError:
        return None
    return Whereabouts(Path(git_dir), Path(git_dir), Path(root))


def _up(start: str, root: str) -> Iterator[str]:
    here = start
    while here != root:
        yield here
        here = os.path.dirname(here)
    yield root


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _settings(path: str) -> bytes:
    """The settings in small letters; nothing where there are too many to be read for this."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb", buffering=0) as file:
        told = file.read(_LARGEST_SETTINGS)
    return told.lower() if len(told) < _LARGEST_SETTINGS else b""


def _is_usual(settings: bytes) -> bool:
    """Whether these are the settings of a repository of the first format that has its work tree around it.

    Every line that speaks of either must say just that.
    """
    lines = [line.replace(b" ", b"").replace(b"\t", b"") for line in settings.split(b"\n")]
    about = {line for line in lines if _FORMAT in line or _NOT_BARE in line}
    expected = {_FORMAT + b"=0", _NOT_BARE + b"=false"}
    return about == expected and not any(word in settings for word in _SURPRISING)
