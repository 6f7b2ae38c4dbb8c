"""Python's bytecode caches of a checkout whose sources change under them.

Python trusts a cache file when the source's time in whole seconds and its size match. A checkout can replace a source
by another of the same size within the same second, so that test lies. A source's change time cannot be set back by
anyone: a cache file is kept only when it was written after its source last changed.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

_SETTLED_AFTER_NS = 2_000_000_000


class _Seen(NamedTuple):
    """A folder of a cache in which every file was fresh: when it and its source last changed, and what is below."""

    cached_ns: int
    source_ns: int
    folders: tuple[str, ...]


class Caches:
    """The bytecode caches of one pool of checkouts.

    A cache also mirrors the standard library and what is installed, hundreds of files that never change. A folder of
    those is looked through again only when it or its source has had a name added, replaced or removed since; the
    checkout itself is looked through every time.
    """

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def drop_stale(self, cache: Path, checkout: Path) -> int:
        """Remove every file of a PYTHONPYCACHEPREFIX folder that may not match its source; returns how many.

        The folder mirrors absolute paths: `<cache>/a/b/m.cpython-311.pyc` belongs to `/a/b/m.py`. Symlinks in the
        cache are removed, never followed; so are folders without anything in them, but for that of `checkout`, the
        folder whose sources change in place: it is made, as every run would otherwise have to, with all above it.
        Only the holder of the checkout may call this. Raises `OSError`.
        """
        # Plain strings: a cache has the files of the standard library too, and is looked through at every move.
        root, changing = os.fspath(cache), os.path.realpath(checkout)
        dropped, pending, emptied, begun = 0, [root], list[str](), time.time_ns()
        while pending:
            folder = pending.pop()
            source = folder[len(root) :]
            known = None if _is_within(source, changing) else self._unchanged(folder, source)
            if known is not None:
                pending.extend(known.folders)
                continue
            folders, gone, left = _look_through(folder, source)
            dropped += gone
            pending.extend(folders)
            self._remember(folder, source, folders, begun if gone == 0 else None)
            if not left:
                emptied.append(folder)
        own = root + changing
        _remove_empty((root, own), emptied)
        os.makedirs(own, exist_ok=True)  # noqa: PTH103 - as above
        return dropped

    def _unchanged(self, folder: str, source: str) -> _Seen | None:
        known = self._seen.get(folder)
        return known if known is not None and (known.cached_ns, known.source_ns) == _times(folder, source) else None

    def _remember(self, folder: str, source: str, folders: list[str], begun: int | None) -> None:
        """`begun` is the time before the look, None where it found something stale: what changes later was not seen."""
        times = _times(folder, source) if begun is not None else None
        # A folder that changed just now may change again within the same tick of the clock.
        if times is not None and begun is not None and max(times) < begun - _SETTLED_AFTER_NS:
            self._seen[folder] = _Seen(*times, tuple(folders))
        else:
            self._seen.pop(folder, None)


def _look_through(folder: str, source: str) -> tuple[list[str], int, int]:
    """The folders in a folder, how many of its files were removed, and how many things are left in it."""
    with os.scandir(folder) as found:
        inside = list(found)
    folders, gone = [], 0
    for item in inside:
        if item.is_dir(follow_symlinks=False):
            folders.append(item.path)
        elif not _is_fresh(item, f"{source}/{item.name.partition('.')[0]}.py"):
            os.unlink(item.path)  # noqa: PTH108 - as above
            gone += 1
    return folders, gone, len(inside) - gone


def _remove_empty(kept: tuple[str, str], emptied: list[str]) -> None:
    """Remove folders without anything in them, and those above that become so: each run has one of its own."""
    for deepest in emptied:
        folder = deepest
        while folder not in kept and not os.listdir(folder):  # noqa: PTH208 - as above
            os.rmdir(folder)  # noqa: PTH106 - as above
            folder = os.path.dirname(folder)  # noqa: PTH120 - as above


def _times(folder: str, source: str) -> tuple[int, int] | None:
    try:
        return os.stat(folder).st_mtime_ns, os.stat(source or "/").st_mtime_ns  # noqa: PTH116 - as above
    except OSError:
        return None


def _is_within(source: str, changing: str) -> bool:
    return source == changing or source.startswith(f"{changing}/")


def _is_fresh(cached: os.DirEntry[str], source: str) -> bool:
    if not cached.name.endswith(".pyc") or cached.is_symlink():
        return False
    try:
        changed = os.stat(source).st_ctime_ns  # noqa: PTH116 - as above
    except OSError:
        return False
    return changed < cached.stat(follow_symlinks=False).st_mtime_ns
