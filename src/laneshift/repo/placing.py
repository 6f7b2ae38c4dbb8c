"""Puts prepared files into a work tree one by one, each in one step, and can put everything back.

Every folder on the way is opened without following symlinks, so that nothing outside the work tree can be reached. The
state is all on the disk: `new/<number>` holds what shall come, `old/<number>` what was there, `rows.json` the list and
how to tell what came. So a failed placing and one whose process was killed are put back by the same code.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from laneshift.errors import NeedsPerson
from laneshift.repo.parents import Parents

_NOTHING = (0, 0, 0)


class Row(NamedTuple):
    """One path to change: what is there (inode, size in bytes, time in ns; 0: nothing), and whether a file comes.

    `made` is the same of the file that comes, once it is there to be placed.
    """

    path: str
    comes: bool
    inode: int = 0
    size: int = 0
    time: int = 0
    made: tuple[int, int, int] = _NOTHING

    @property
    def there(self) -> bool:
        """Whether something was at the path when the row was made."""
        return self.inode != 0


def rows(root: Path, wanted: Iterable[tuple[str, bool]]) -> list[Row]:
    """The rows for paths as they are now; true: a file comes. A folder, and what lies below a symlink or a file, count
    as absent.
    """
    with Parents(root) as parents:
        return [_row(parents, path, comes=comes) for path, comes in wanted]


def _row(parents: Parents, path: str, *, comes: bool) -> Row:
    try:
        folder, name = parents.of(path, make=False)
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return Row(path, comes)
    return Row(path, comes) if stat.S_ISDIR(found.st_mode) else Row(path, comes, *_facts(found))


def _facts(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def in_turn(rows: Iterable[Row]) -> list[Row]:
    """First what goes away, then what comes."""
    return sorted(rows, key=lambda row: row.comes)


def place(root: Path, staging: Path, rows: Sequence[Row]) -> None:
    """Bring every row about, in the order given by `in_turn`; what comes lies in `new/` under the number of its row.

    Raises `OSError` when a write fails and `NeedsPerson` (`worktree.changed`) when a file is no longer what its row
    says; the caller then calls `put_back`.
    """
    (staging / "old").mkdir()
    noted = [
        row._replace(made=_facts(os.lstat(f"{staging}/new/{number}"))) if row.comes else row
        for number, row in enumerate(rows)
    ]
    (staging / "rows.json").write_text(json.dumps([row._asdict() for row in noted]), encoding="utf-8")
    with Parents(root) as parents:
        for number, row in enumerate(noted):
            _place_one(parents, staging, row, str(number))
            if not row.comes and not _goes_on(noted, number):
                _remove_empty_folders(parents, row.path)


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
        now = _facts(found)
        if stat.S_ISDIR(found.st_mode):
            os.rmdir(name, dir_fd=folder)
            now = _NOTHING
    except FileNotFoundError:
        now = _NOTHING
    if now != (row.inode, row.size, row.time):
        raise NeedsPerson("worktree.changed", f"{row.path!r} changed while it was being written", cure="try again")


def _put_one_back(root: Path, staging: Path, row: Row, number: str) -> bool:
    """Undo one row. False when the path holds neither what was there nor what was put there."""
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


def _made(row: Row, name: str, folder: int) -> bool:
    """Whether the file at a path is the one that was put there, and was not written to since then."""
    return _facts(os.stat(name, dir_fd=folder, follow_symlinks=False)) == tuple(row.made)


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
            folder, name = parents.of("/".join(parts), make=False)
            os.rmdir(name, dir_fd=folder)
        except OSError:
            return  # it still holds something, or is no folder of ours
        parts.pop()
