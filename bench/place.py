"""Where working copies lie while they are measured."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there


@contextmanager
def passing_folder(cache: Path) -> Iterator[Path]:
    """A folder for as long as the block runs: in memory where the system has such a place, else below `cache`.

    A round leaves its traces on a disk: an ext4 without a journal looks at every inode that was deleted in the last
    minutes before it makes a file, and each round that is taken back deletes hundreds. To make 176 files took 2 ms in
    a fresh clone and 16 to 25 ms after some rounds. Who writes into files that are there is not slowed down by that.
    """
    there = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else cache
    with tempfile.TemporaryDirectory(prefix="laneshift-bench-", dir=there) as name:
        yield Path(name)


@contextmanager
def passing_files(cache: Path) -> Iterator[Path]:
    """As `passing_folder`, which is also where this process and those that it starts put what is temporary."""
    before, known = tempfile.tempdir, os.environ.get("TMPDIR")
    with passing_folder(cache) as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        try:
            yield folder
        finally:
            tempfile.tempdir = before
            if known is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = known
