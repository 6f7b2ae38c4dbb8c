"""Files written whole or not at all, readable by their owner only."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.repo.doors import effect
from laneshift.repo.unfinished import unfinished_in
from laneshift.repo.write_all import write_all


def write_whole(path: Path, data: bytes, *, durable: bool = False, scratch: Path | None = None) -> None:
    """Put `data` at `path` with mode 600 by a rename; with `durable`, on the disk before this returns.

    `scratch` is a folder of the same file system for the unfinished file; by default the one of `path`.
    Raises `CheckFailed` (`evidence.not-writable`) when the disk or the folder does not take it.
    """
    try:
        with effect():
            _write(path, data, durable, scratch or path.parent)
    except OSError as error:
        raise not_writable(path, error) from error


def not_writable(path: Path, error: Exception) -> CheckFailed:
    """The error for a file that cannot be written."""
    return CheckFailed(
        "evidence.not-writable",
        "this cannot be written",
        where=str(path),
        why=str(error),
        cure="see that the disk has room and that the folder can be written",
    )


def _write(path: Path, data: bytes, durable: bool, scratch: Path) -> None:
    handle, name = _fresh(scratch)
    try:
        try:
            write_all(handle, data)
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(name, path)  # noqa: PTH105 - plain strings: an item keeps sixteen files
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def _fresh(folder: Path) -> tuple[int, str]:
    """A new file of a name that nobody has or can guess, open for writing, readable by its owner only."""
    while True:
        name = unfinished_in(str(folder))
        with contextlib.suppress(FileExistsError):
            return os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), name


def sync_folder(folder: Path) -> None:
    """Put the names in `folder` on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
