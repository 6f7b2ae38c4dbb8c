"""Puts prepared files into a work tree one by one, each in one step, and can put everything back.

Every folder on the way is opened without following symlinks, so that nothing outside the work tree can be reached. The
state is all on the disk: `new/<number>` holds what shall come, `old/<number>` what was there, `rows.json` the list. So
a failed placing and one whose process was killed are put back by the same code.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from laneshift.errors import NeedsPerson

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Row(NamedTuple):
    """One path to change: what is there (inode, size in bytes, time in ns; 0: nothing), and whether a file comes."""

    path: str
    comes: bool
    inode: int = 0
    size: int = 0
    time: int = 0

    @property
    def there(self) -> bool:
        """Whether something was at the path when the row was made."""
        return self.inode != 0


def row(root: Path, path: str, *, comes: bool) -> Row:
    """The row for a path as it is now. A folder, and what lies below a symlink or a file, count as absent."""
    try:
        with _parent(root, path, make=False) as (folder, name):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return Row(path, comes)
    if stat.S_ISDIR(found.st_mode):
        return Row(path, comes)
    return Row(path, comes, found.st_ino, found.st_size, found.st_mtime_ns)


def in_turn(rows: Iterable[Row]) -> list[Row]:
    """First what goes away, then what comes."""
    return sorted(rows, key=lambda row: row.comes)


def place(root: Path, staging: Path, rows: Sequence[Row]) -> None:
    """Bring every row about, in the order given by `in_turn`; what comes lies in `new/` under the number of its row.

    Raises `OSError` when a write fails and `NeedsPerson` (`worktree.changed`) when a file is no longer what its row
    says; the caller then calls `put_back`.
    """
    (staging / "old").mkdir()
    (staging / "put").mkdir()
    (staging / "rows.json").write_text(json.dumps([row._asdict() for row in rows]), encoding="utf-8")
    for number, row in enumerate(rows):
        _place_one(root, staging, row, str(number))


def keep(staging: Path) -> None:
    """Declare the placing done: from here on nothing of it is ever put back."""
    (staging / "rows.json").unlink(missing_ok=True)


def put_back(root: Path, staging: Path) -> list[str]:
    """Undo a placing that was not kept; the paths that somebody changed since and that were therefore left alone.

    Raises `OSError`; calling it again goes on where it stopped.
    """
    try:
        rows = [Row(**fields) for fields in json.loads((staging / "rows.json").read_text(encoding="utf-8"))]
    except (FileNotFoundError, ValueError):
        return []  # killed before the list was whole, so before anything was placed
    numbered = list(enumerate(rows))
    return [row.path for number, row in reversed(numbered) if not _put_one_back(root, staging, row, str(number))]


def _place_one(root: Path, staging: Path, row: Row, number: str) -> None:
    if not row.there and not row.comes:
        return
    old, new, ready = (f"{staging}/{part}/{number}" for part in ("old", "new", "put"))
    with _parent(root, row.path, make=row.comes) as (folder, name):
        _refuse_changed(row, name, folder)
        if row.there and row.comes:
            os.link(name, old, src_dir_fd=folder, follow_symlinks=False)
        elif row.there:
            os.rename(name, old, src_dir_fd=folder)
        if row.comes:
            os.link(new, ready, follow_symlinks=False)
            if row.there:
                os.rename(ready, name, dst_dir_fd=folder)
            else:
                os.link(ready, name, dst_dir_fd=folder, follow_symlinks=False)
                Path(ready).unlink()
    if not row.comes:
        _remove_empty_folders(root, row.path)


def _refuse_changed(row: Row, name: str, folder: int) -> None:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        now = (found.st_ino, found.st_size, found.st_mtime_ns)
        if stat.S_ISDIR(found.st_mode):
            os.rmdir(name, dir_fd=folder)
            now = (0, 0, 0)
    except FileNotFoundError:
        now = (0, 0, 0)
    if now != (row.inode, row.size, row.time):
        raise NeedsPerson("worktree.changed", f"{row.path!r} changed while it was being written", cure="try again")


def _put_one_back(root: Path, staging: Path, row: Row, number: str) -> bool:
    """Undo one row. False when the path holds neither what was there nor what was put there."""
    old, new = staging / "old" / number, staging / "new" / number
    kept = _identity(old)
    try:
        with _parent(root, row.path, make=kept is not None) as (folder, name):
            now = _identity(name, folder)
            ours = now is not None and now == _identity(new)
            if kept is not None and (ours or now is None):
                os.rename(old, name, dst_dir_fd=folder)
            elif ours:
                os.unlink(name, dir_fd=folder)
            elif kept is not None and now != kept:
                return False
    except (FileNotFoundError, NotADirectoryError):
        return kept is None
    if kept is None and row.comes:
        _remove_empty_folders(root, row.path)
    return True


def _identity(path: Path | str, folder: int | None = None) -> tuple[int, int] | None:
    try:
        found = os.stat(path, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


@contextlib.contextmanager
def _parent(root: Path, path: str, *, make: bool) -> Iterator[tuple[int, str]]:
    """The open folder of a path, and the path's last part. Missing folders are made when `make` says so."""
    *above, name = path.split("/")
    folder = os.open(root, _FOLDER)
    try:
        for part in above:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=folder)
            step = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = step
        yield folder, name
    finally:
        os.close(folder)


def _remove_empty_folders(root: Path, path: str) -> None:
    parts = path.split("/")[:-1]
    while parts:
        try:
            with _parent(root, "/".join(parts), make=False) as (folder, name):
                os.rmdir(name, dir_fd=folder)
        except OSError:
            return  # it still holds something, or is no folder of ours
        parts.pop()
