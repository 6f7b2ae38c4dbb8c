"""The folders above paths of a work tree, opened without following symlinks and kept open for the next path."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Self

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Parents:
    """Open folders from `root` down to that of the last path. A context manager, which closes them."""

    def __init__(self, root: Path) -> None:
        """Raises `OSError` where `root` cannot be opened."""
        self._root = os.open(root, _FOLDER)
        self._open: list[tuple[str, int]] = []
        self._last: str | None = ""

    def __enter__(self) -> Self:
        """The folders themselves."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Close them."""
        self.forget()
        os.close(self._root)

    def of(self, path: str, *, make: bool) -> tuple[int, str]:
        """The open folder of a path, valid until the next call, and the path's last part.

        Missing folders are made when `make` says so. Raises `OSError`, for a symlink in place of a folder too.
        """
        where, _, name = path.rpartition("/")
        if where != self._last:
            self._last = None  # some of the folders may be open when the next is not there
            self._go(where.split("/") if where else [], make=make)
            self._last = where
        return self._folder, name

    def _go(self, above: list[str], *, make: bool) -> None:
        shared = 0
        for part, (known, _) in zip(above, self._open, strict=False):
            if part != known:
                break
            shared += 1
        self._close(shared)
        for part in above[shared:]:
            self._open.append((part, _step(self._folder, part, make=make)))

    def missing_above(self, path: str) -> str:
        """The highest folder above a path that `of` was just asked for that could not be opened, with a last slash; ""
        where all are open."""
        parts = path.split("/")
        return "/".join(parts[: len(self._open) + 1]) + "/" if len(self._open) < len(parts) - 1 else ""

    def forget(self) -> None:
        """Close all but the root, since a folder may not be the one at its path any more."""
        self._close(0)
        self._last = ""

    @property
    def _folder(self) -> int:
        return self._open[-1][1] if self._open else self._root

    def _close(self, keep: int) -> None:
        while len(self._open) > keep:
            os.close(self._open.pop()[1])


def _step(folder: int, part: str, *, make: bool) -> int:
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except FileNotFoundError:
        if not make:
            raise
    with contextlib.suppress(FileExistsError):
        os.mkdir(part, dir_fd=folder)
    return os.open(part, _FOLDER, dir_fd=folder)
