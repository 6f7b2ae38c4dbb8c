"""Folders of a work tree in which nothing changes but where they lie: they are renamed, and no file is written anew.

A folder may go that way only if it holds exactly what is expected to move, each file as it was when it was looked at
and with the permissions that a new one would have. Anything else in it, ignored files too, stays where it is, so then
its files move one by one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable, Mapping
from functools import cache
from pathlib import Path

from laneshift.repo.differences import Differences
from laneshift.repo.parents import Parents
from laneshift.repo.placing import Row, facts
from laneshift.repo.plain_records import NamedTuple

_BITS = 0o777
_NO_ROW = Row("", comes=False)


class Carried(NamedTuple):
    """A folder that is renamed: its row, and those of the files in it as they were."""

    row: Row
    inside: tuple[Row, ...]


def carried(
    root: Path,
    found: Differences,
    noted: Iterable[Row],
    moved: tuple[str, str],
    plain: Container[str],
    made: os.stat_result,
) -> list[Carried]:
    """The largest folders below the first of `moved` that can be renamed to what they are called below the second.

    Every file that goes must hold the very bytes of its blob. `plain` are the paths to which git writes those as they
    are; `made` is a folder that was just made: its permissions are those of new ones.
    """
    src, dst = moved
    rows = {row.path: row for row in noted if not row.comes and row.path.startswith(f"{src}/")}
    in_the_way = os.path.lexists(f"{root}/{dst}") or any(above in found for above in _above(f"{dst}/"))
    if not rows or in_the_way or not _apart(src, dst):
        return []
    whole = _whole(root, _inside(found, rows, src, dst, plain), made)
    largest: dict[str, list[Row]] = {folder: [] for folder in whole if folder.rpartition("/")[0] not in whole}
    home = cache(lambda folder: next((each for each in _above(f"{folder}/") if each in largest), ""))
    for path, row in rows.items():
        if found_in := home(path.rpartition("/")[0]):
            largest[found_in].append(row)
    return [
        Carried(Row(dst + folder[len(src) :], True, moved=folder, made=facts(os.lstat(f"{root}/{folder}"))), tuple(own))
        for folder, own in largest.items()
    ]


def renew_times(root: Path, folders: Iterable[Carried]) -> None:
    """Give every file that was carried the time of now, as one has that is written anew: by it others see what is new.

    To be called when the writing is done and can no longer be put back. What is gone by then is left out.
    """
    with Parents(root) as parents:
        for row, inside in folders:
            for each in inside:
                try:
                    folder, name = parents.of(row.path + each.path[len(row.moved) :], make=False)
                    os.utime(name, dir_fd=folder, follow_symlinks=False)
                except OSError:
                    continue  # somebody has moved it on


_Inside = dict[str, dict[str, Row | None]]
"""Folder to the names in it: a row for each file, None for each folder."""


def _inside(found: Differences, rows: Mapping[str, Row], src: str, dst: str, plain: Container[str]) -> _Inside:
    """What lies in each folder of which everything moves and nothing changes."""
    unsound: set[str] = set()
    inside: _Inside = {}
    for path, row in rows.items():
        new = dst + path[len(src) :]
        before, after = found[path]
        same = before is not None and before.is_regular and found.get(new) == (None, before) and after is None
        if not (same and row.there and new in plain):
            unsound.update(_below(path, src))
            continue
        folder, _, name = path.rpartition("/")
        known: Row | None = row
        while len(folder) >= len(src):
            names = inside.setdefault(folder, {})
            if name in names:
                break
            names[name] = known
            known = None
            folder, _, name = folder.rpartition("/")
    for path in found:
        if path.startswith(f"{dst}/"):
            old = src + path[len(dst) :]
            if old not in rows:
                unsound.update((old, *_below(old, src)))
    return {folder: names for folder, names in inside.items() if folder not in unsound}


def _whole(root: Path, inside: _Inside, made: os.stat_result) -> set[str]:
    """Those folders that hold on the disk what they should and nothing else."""
    whole: set[str] = set()
    for folder in sorted(inside, key=len, reverse=True):  # what is in a folder comes before it
        names = inside[folder]
        below = all(f"{folder}/{name}" in whole for name, row in names.items() if row is None)
        if below and _holds(f"{root}/{folder}", names, made):
            whole.add(folder)
    return whole


def _holds(folder: str, names: Mapping[str, Row | None], made: os.stat_result) -> bool:
    try:
        if not _is_like_new(os.lstat(folder), made):
            return False
        with os.scandir(folder) as found:
            items = list(found)
        return len(items) == len(names) and all(_is_as_noted(item, names, made) for item in items)
    except OSError:
        return False


def _is_as_noted(item: os.DirEntry[str], names: Mapping[str, Row | None], made: os.stat_result) -> bool:
    """Whether a folder has the name of one, and a file is as it was, without a second name."""
    if item.is_dir(follow_symlinks=False):
        return names.get(item.name, _NO_ROW) is None
    row, now = names.get(item.name), item.stat(follow_symlinks=False)
    is_same = row is not None and facts(now) == (row.inode, row.size, row.time)
    return is_same and now.st_nlink == 1 and _is_like_new(now, made)


def _is_like_new(now: os.stat_result, made: os.stat_result) -> bool:
    """Whether a folder or a file is ours, and has the permissions that a new one would have."""
    if stat.S_ISDIR(now.st_mode):
        alike = stat.S_IMODE(now.st_mode) & _BITS == stat.S_IMODE(made.st_mode) & _BITS
    else:
        bits = _BITS if now.st_mode & stat.S_IXUSR else _BITS & ~0o111
        alike = now.st_mode == stat.S_IFREG | made.st_mode & bits
    return alike and now.st_uid == made.st_uid and now.st_dev == made.st_dev


def _apart(src: str, dst: str) -> bool:
    return bool(src and dst) and not f"{src}/".startswith(f"{dst}/") and not f"{dst}/".startswith(f"{src}/")


def _above(path: str) -> list[str]:
    """The folders above a path, the highest first."""
    return [path[:at] for at, letter in enumerate(path) if letter == "/"]


def _below(path: str, folder: str) -> list[str]:
    """Those above a path from `folder` down, the highest first."""
    return [path[:at] for at, letter in enumerate(path) if letter == "/" and at >= len(folder)]
