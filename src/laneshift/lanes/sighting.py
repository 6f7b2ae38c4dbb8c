"""Look at the work tree that a check was about, so that the next one can tell whether anything has changed since.

Everything counts that decides about the tree that git makes of the work tree, as far as a check reads it: the folders
that may get files, the files that are read, git's index, and what says which files are ignored or converted.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from laneshift.errors import CheckFailed
from laneshift.lanes.sight import Sight, packed, stamp_of, stamp_outside
from laneshift.repo.folders import Listed
from laneshift.repo.git import Place, git
from laneshift.repo.ignored import ignored_among
from laneshift.repo.objects import MODE_SUBMODULE, Repository, Tree

_DECIDING = (".gitignore", ".gitattributes")
_OF_THE_REPOSITORY = (
    *("HEAD", "index", "config", "config.worktree"),
    *("info/exclude", "info/attributes", "info/sparse-checkout"),
)
_NAMING = ("core.excludesfile", "core.attributesfile")
_MOST_FOLDERS = 200_000
_IN_FILE = "file:"
_log = logging.getLogger("laneshift.lanes")


class Begun(NamedTuple):
    """A moment by the clock of the disk that the state of a repository is on, in nanoseconds, and that disk."""

    moment: int
    device: int


def begin(state_dir: Path) -> Begun | None:
    """Take the time before a work tree is looked at; None where nothing can be written."""
    mark = state_dir / f".looking-{os.getpid()}-{os.urandom(8).hex()}"
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        mark.touch(exist_ok=False)
        found = mark.stat()
        mark.unlink()
    except OSError:
        return None
    return Begun(found.st_mtime_ns, found.st_dev)


def sighted(repository: Repository, tree: Tree, begun: Begun, read: Collection[str] = ()) -> Sight | None:
    """What was looked at to make `tree` of the work tree since `begun`.

    `read` are the paths that are read besides Python files and those at the top, there or not; without any, all are.

    None is given where what was looked at has changed meanwhile, or so shortly before that the clock cannot tell; and
    where more decides than can be watched: repositories inside, files left out of the work tree, other disks.
    """
    root = repository.work_dir
    if root is None or repository.git_dir != root / ".git":
        return None
    place = Place(repository.git_dir, root)
    try:
        return _sighted(place, str(root), tree.below(""), begun, read)
    except (OSError, _Unwatchable):
        return None
    except CheckFailed as error:
        _log.warning("%s: %s [lanes.not-kept]", error.where, error.why)
        return None


def _sighted(place: Place, root: str, listed: Listed, begun: Begun, read: Collection[str]) -> Sight:
    if any(entry.mode == MODE_SUBMODULE for _, entry in listed):
        raise _Unwatchable
    folders, deciding = _folders(root, place, _above(path for path, _ in listed))
    files = [path for path, _ in listed if not read or path.endswith(".py") or "/" not in path or path in read]
    inside = list(map(os.fsencode, dict.fromkeys([*folders, *files, *deciding])))
    outside = sorted(set(map(os.fsencode, _deciding(place))))
    stats = [os.lstat(b"%b/%b" % (os.fsencode(root), path)) for path in inside]
    around = [stamp_outside(path) for path in outside]
    if any(found.st_dev != begun.device for found in stats):
        raise _Unwatchable
    stamps = [*map(stamp_of, stats), *around]
    if any(changed >= begun.moment for _, changed in stamps):
        raise _Unwatchable
    return Sight(b"\0".join(inside), b"\0".join(outside), packed(stamps))


class _Unwatchable(Exception):
    """More decides here than can be watched."""


def _above(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _folders(root: str, place: Place, known: set[str]) -> tuple[list[str], list[str]]:
    """The folders that may get files which are not ignored, and the files in them that tell git what to ignore.

    `known` are folders that hold such files already; about others git is asked, one level after the other.
    """
    watched: list[str] = []
    deciding: list[str] = []
    pending = ["."]
    while pending:
        further: list[str] = []
        for folder in pending:
            watched.append(folder)
            for entry in _entries(root, folder):
                path = entry.name if folder == "." else f"{folder}/{entry.name}"
                if entry.name in _DECIDING:
                    if not entry.is_file(follow_symlinks=False):
                        raise _Unwatchable
                    deciding.append(path)
                elif entry.is_dir(follow_symlinks=False) and path != ".git":
                    further.append(path)
        if len(watched) > _MOST_FOLDERS:
            raise _Unwatchable
        ignored = frozenset(ignored_among(place, [path for path in further if path not in known]))
        pending = [path for path in further if path not in ignored]
    return watched, deciding


def _entries(root: str, folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(f"{root}/{folder}") as entries:
        found = list(entries)
    if folder != "." and any(entry.name == ".git" for entry in found):
        raise _Unwatchable
    return found


def _deciding(place: Place) -> Iterator[str]:
    """Files outside the work tree that decide what git makes of it, there or not."""
    yield from (f"{place.git_dir}/{name}" for name in _OF_THE_REPOSITORY)
    home = os.environ.get("HOME", "")
    own = os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    yield from (f"{own}/git/{name}" for name in ("config", "ignore", "attributes"))
    yield from (f"{home}/.gitconfig", "/etc/gitconfig", "/etc/gitattributes")
    fields = iter(git(place, "config", "--list", "--show-origin", "--includes", "-z").fields)
    named = []
    for origin, setting in zip(fields, fields, strict=True):
        if origin.startswith(_IN_FILE):
            named.append(origin.removeprefix(_IN_FILE))
        if setting.startswith(_NAMING):
            named.append(setting.partition("\n")[2])
    yield from (str((place.work_tree or place.git_dir) / Path(name).expanduser()) for name in named if name)
