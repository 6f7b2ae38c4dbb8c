"""A disk with little room in place of one folder of a repository: a tmpfs, where this machine lets us mount one."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOMY = "size=512m"


@functools.cache
def can_mount() -> bool:
    """Whether a tmpfs can be mounted here."""
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(_mount(Path(folder), _ROOMY), capture_output=True, check=False).returncode:
            return False
        _unmount(Path(folder))
    return True


@contextmanager
def small_disk(folder: Path, room: int) -> Iterator[Callable[[], None]]:
    """`folder` on a disk of its own that has `room` bytes left. Gives what frees the disk again."""
    folder.mkdir(parents=True, exist_ok=True)
    away = folder.with_name(f"{folder.name}.beneath")
    shutil.copytree(folder, away, symlinks=True)
    subprocess.run(_mount(folder, _ROOMY), check=True, capture_output=True)
    try:
        shutil.copytree(away, folder, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(away)
        found = os.statvfs(folder)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize
        _resize(folder, used + room)
        yield lambda: _resize(folder, 512 << 20)
        kept = folder.with_name(f"{folder.name}.kept")
        shutil.copytree(folder, kept, symlinks=True)
    finally:
        _unmount(folder)
    shutil.rmtree(folder)
    kept.rename(folder)


def _resize(folder: Path, size: int) -> None:
    subprocess.run(_mount(folder, f"remount,size={size}"), check=True, capture_output=True)


def _mount(folder: Path, options: str) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", options, "laneshift-chaos", str(folder)]


def _unmount(folder: Path) -> None:
    # Lazily: this process may still have a database of it open, which must not keep the round from ending.
    subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)
