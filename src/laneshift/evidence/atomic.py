"""Files written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from laneshift.errors import CheckFailed
from laneshift.repo.doors import effect


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
    handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=scratch)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in `folder` on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
