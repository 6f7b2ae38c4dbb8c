"""Puts prepared files into a work tree one by one, each in one step, and can put everything back.

Every folder on the way is opened without following symlinks, so that nothing outside the work tree can be reached. The
state is all on the disk: `new/<number>` holds what shall come, `old/<number>` what was there, `rows.json` the list and
how to tell what came. So a failed placing and one whose process was killed are put back by the same code.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from laneshift.errors import NeedsPerson
from laneshift.repo.parents import Parents
from laneshift.repo.plain_records import NamedTuple

_NOTHING = (0, 0, 0)
_TAKEN = {errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.ELOOP}


class Row(NamedTuple):
    """One path to change: what is there (inode, size in bytes, time in ns; 0: nothing), and whether a file comes.

    `made` is the same of the file that comes, once it is there to be placed. Where `moved` names a folder, that is
    what comes, as it is; `made` is then of the folder.
    """

    path: str
    comes: bool
    inode: int = 0
    size: int = 0
    time: int = 0
    made: tuple[int, int, int] = _NOTHING
    moved: str = ""

    @property
    def there(self) -> bool:
        """Whether something was at the path when the row was made."""
        return self.inode != 0


def rows(root: Path, wanted: Iterable[tuple[str, bool]]) -> list[Row]:
    """The rows for paths as they are now; true: a file comes. A folder, and what lies below a symlink or a file, count
    as absent.
    """
    found, missing = [], ""
    with Parents(root) as parents:
        for path, comes in wanted:
            if missing and path.startswith(missing):
                found.append(Row(path, comes))
                continue
            found.append(_row(parents, path, comes=comes))
            missing = parents.missing_above(path)
    return found


def _row(parents: Parents, path: str, *, comes: bool) -> Row:
    try:
        folder, name = parents.of(path, make=False)
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return Row(path, comes)
    return Row(path, comes) if stat.S_ISDIR(found.st_mode) else Row(path, comes, *facts(found))


def facts(found: os.stat_result) -> tuple[int, int, int]:
    """What tells one state of a file from another: inode, size in bytes, time in ns."""
    return found.st_ino, found.st_size, found.st_mtime_ns


def in_turn(rows: Iterable[Row]) -> list[Row]:
    """First the folders that are renamed, then what goes away, then what comes."""
    return sorted(rows, key=lambda row: (not row.moved, row.comes))


def place(root: Path, staging: Path, rows: Sequence[Row], inside: Mapping[str, Sequence[Row]] | None = None) -> None:
    """Bring every row about, in the order given by `in_turn`; what comes lies in `new/` under the number of its row.

    `inside` gives the rows of the files in each folder that is renamed, by its path before.

    Raises `OSError` when a write fails and `NeedsPerson` (`worktree.changed`) when a file is no longer what its row
    says; the caller then calls `put_back`.
    """
    (staging / "old").mkdir()
    noted = [
        row._replace(made=facts(os.lstat(f"{staging}/new/{number}"))) if row.comes and not row.moved else row
        for number, row in enumerate(rows)
    ]
    (staging / "rows.json").write_text(json.dumps([row._asdict() for row in noted]), encoding="utf-8")
    with Parents(root) as parents:
        for number, row in enumerate(noted):
            if row.moved:
                _rename(root, parents, row, (inside or {}).get(row.moved, ()))
                continue
            _place_one(parents, staging, row, str(number))
            if not row.comes and not _goes_on(noted, number):
                _remove_empty_folders(parents, row.path)


def _rename(root: Path, parents: Parents, row: Row, inside: Sequence[Row]) -> None:
    """Rename a folder, unless it or a file in it is not what it was. That fails where something but an empty folder is
    in its new place.
    """
    changed = changed_inside(root, inside)
    if changed:
        raise _changed(changed)
    with Parents(root) as others:
        old, name = parents.of(row.moved, make=False)
        if _facts_at(name, old)[0] != row.made[0]:
            raise _changed(row.moved)
        new, last = others.of(row.path, make=True)
        os.rename(name, last, src_dir_fd=old, dst_dir_fd=new)
    parents.forget()
    _remove_empty_folders(parents, row.moved)


def _goes_on(rows: Sequence[Row], number: int) -> bool:
    """Whether the next row takes something else away from the same folder, which so is not empty yet."""
    after = rows[number + 1] if number + 1 < len(rows) else None
    folder = rows[number].path.rpartition("/")[0]
    return after is not None and not after.comes and after.path.rpartition("/")[0] == folder


def keep(staging: Path) -> None:
    """Declare the placing done: from here on nothing of it is ever put back."""
    (staging / "rows.json").unlink(missing_ok=True)


def put_back(root: Path, staging: Path) -> list[str]:
    """Undo a placing that was not kept; the paths that somebody changed since and that were therefore left alone.

    Raises `OSError`; calling it again goes on where it stopped.
    """
    numbered = list(enumerate(noted_rows(staging)))
    return [row.path for number, row in reversed(numbered) if not _put_one_back(root, staging, row, str(number))]


def noted_rows(staging: Path) -> list[Row]:
    """The rows of a placing that was not kept, in their order; none where it was killed before it placed anything."""
    try:
        return [Row(**fields) for fields in json.loads((staging / "rows.json").read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError):
        return []


def _place_one(parents: Parents, staging: Path, row: Row, number: str) -> None:
    """A file that takes the place of another leaves `new/`, and `made` tells that it is ours; else a link stays there,
    since only a link that is made fails where somebody put a file meanwhile.
    """
    if not row.there and not row.comes:
        return
    old, new = f"{staging}/old/{number}", f"{staging}/new/{number}"
    folder, name = parents.of(row.path, make=row.comes)
    _refuse_changed(row, name, folder)
    if not row.there:
        os.link(new, name, dst_dir_fd=folder, follow_symlinks=False)
    elif row.comes:
        os.link(name, old, src_dir_fd=folder, follow_symlinks=False)
        os.rename(new, name, dst_dir_fd=folder)
    else:
        os.rename(name, old, src_dir_fd=folder)


def _refuse_changed(row: Row, name: str, folder: int) -> None:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        now = facts(found)
        if stat.S_ISDIR(found.st_mode):
            os.rmdir(name, dir_fd=folder)
            now = _NOTHING
    except FileNotFoundError:
        now = _NOTHING
    if now != (row.inode, row.size, row.time):
        raise _changed(row.path)


def changed_inside(root: Path, inside: Iterable[Row]) -> str:
    """The first of these files that is not as it was; "" where there is none."""
    for row in inside:
        try:
            now = facts(os.lstat(f"{root}/{row.path}"))
        except OSError:
            return row.path
        if now != (row.inode, row.size, row.time):
            return row.path
    return ""


def _changed(path: str) -> NeedsPerson:
    return NeedsPerson("worktree.changed", f"{path!r} changed while it was being written", cure="try again")


def _facts_at(name: str, folder: int) -> tuple[int, int, int]:
    return facts(os.stat(name, dir_fd=folder, follow_symlinks=False))


def _put_one_back(root: Path, staging: Path, row: Row, number: str) -> bool:
    """Undo one row. False when the path holds neither what was there nor what was put there."""
    if row.moved:
        return _rename_back(root, row)
    old, new = staging / "old" / number, staging / "new" / number
    kept = _identity(old)
    try:
        with Parents(root) as parents:
            folder, name = parents.of(row.path, make=kept is not None)
            now = _identity(name, folder)
            ours = now is not None and (now == _identity(new) or _made(row, name, folder))
            if kept is not None and (ours or now is None):
                os.rename(old, name, dst_dir_fd=folder)
            elif ours:
                os.unlink(name, dir_fd=folder)
            elif kept is not None and now != kept:
                return False
    except (FileNotFoundError, NotADirectoryError):
        return kept is None
    if kept is None and row.comes:
        with Parents(root) as parents:
            _remove_empty_folders(parents, row.path)
    return True


def _rename_back(root: Path, row: Row) -> bool:
    """Whether the folder is where it was. What somebody has put into it meanwhile comes along."""
    if _is_at(root, row.path, row) and not _renamed_back(root, row):
        return False
    with Parents(root) as parents:
        _remove_empty_folders(parents, row.path)
    return _is_at(root, row.moved, row)


def _renamed_back(root: Path, row: Row) -> bool:
    """Rename the folder back, unless somebody has put something else there."""
    with Parents(root) as parents, Parents(root) as others:
        new, last = parents.of(row.path, make=False)
        try:
            old, name = others.of(row.moved, make=True)
            os.rename(last, name, src_dir_fd=new, dst_dir_fd=old)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            return False
    return True


def _is_at(root: Path, path: str, row: Row) -> bool:
    """Whether the folder that a row moves lies there."""
    try:
        with Parents(root) as parents:
            folder, name = parents.of(path, make=False)
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_ino == row.made[0]


def _made(row: Row, name: str, folder: int) -> bool:
    """Whether the file at a path is the one that was put there, and was not written to since then."""
    return facts(os.stat(name, dir_fd=folder, follow_symlinks=False)) == tuple(row.made)


def _identity(path: Path | str, folder: int | None = None) -> tuple[int, int] | None:
    try:
        found = os.stat(path, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


def _remove_empty_folders(parents: Parents, path: str) -> None:
    """Remove the folders above a path, from the lowest, up to one that holds something. None of them stays open."""
    parts = path.split("/")[:-1]
    while parts:
        try:
            with contextlib.suppress(FileNotFoundError):  # it was not made yet, or is gone already
                folder, name = parents.of("/".join(parts), make=False)
                os.rmdir(name, dir_fd=folder)
        except OSError:
            return  # it still holds something, or is no folder of ours
        parts.pop()
