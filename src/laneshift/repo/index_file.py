"""The user's index: copied without losing what makes it quick and right, and locked as git itself locks it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from laneshift.errors import NeedsPerson

_AT_ONCE = 1 << 20


def copy_index(git_dir: Path, to: Path) -> None:
    """Copy the index, its time included: git tells by that time which files may have changed unseen since.

    Where there is no index yet, there is none at `to` either. Raises `OSError`.
    """
    to.unlink(missing_ok=True)
    to.with_name(f"{to.name}.lock").unlink(missing_ok=True)
    try:
        with (git_dir / "index").open("rb") as source, to.open("xb") as copy:
            found = os.fstat(source.fileno())
            while data := source.read(_AT_ONCE):
                copy.write(data)
    except FileNotFoundError:
        to.unlink(missing_ok=True)
        return
    os.utime(to, ns=(found.st_atime_ns, found.st_mtime_ns))


@contextlib.contextmanager
def index_locked(git_dir: Path) -> Iterator[None]:
    """Keep every other git out of the index of this work tree.

    The lock is a second name of a file of our own, so that the lock of a killed laneshift is known for what it is and
    removed, and nobody else's ever is. The caller holds the work tree lock. Raises `NeedsPerson` (`worktree.locked`).
    """
    lock, token = git_dir / "index.lock", git_dir / "laneshift-token"
    if token.exists() and lock.exists() and token.samefile(lock):
        lock.unlink()
    token.unlink(missing_ok=True)
    token.touch(0o600)
    try:
        lock.hardlink_to(token)
    except FileExistsError as error:
        token.unlink()
        raise NeedsPerson(
            "worktree.locked",
            "another git is working on this work tree, or was killed there",
            where=str(lock),
            cure="let it end; if none runs, remove that file; then try again",
        ) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        token.unlink(missing_ok=True)
