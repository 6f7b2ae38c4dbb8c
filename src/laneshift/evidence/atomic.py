"""Files written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes, *, durable: bool = False, scratch: Path | None = None) -> None:
    """Put `data` at `path` with mode 600 by a rename; with `durable`, on the disk before this returns.

    `scratch` is a folder of the same file system for the unfinished file; by default the one of `path`.
    """
    handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=scratch or path.parent)
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
