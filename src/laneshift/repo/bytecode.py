"""Python's bytecode caches of a checkout whose sources change under them.

Python trusts a cache file when the source's time in whole seconds and its size match. A checkout can replace a source
by another of the same size within the same second, so that test lies. A source's change time cannot be set back by
anyone: a cache file is kept only when it was written after its source last changed.
"""

from __future__ import annotations

import os
from pathlib import Path


def drop_stale(cache: Path) -> int:
    """Remove every file of a PYTHONPYCACHEPREFIX folder that may not match its source; returns how many.

    The folder mirrors absolute paths: `<cache>/a/b/m.cpython-311.pyc` belongs to `/a/b/m.py`. Symlinks in the cache are
    removed, never followed. Raises `OSError`.
    """
    dropped, pending = 0, [cache]
    while pending:
        folder = pending.pop()
        source = Path("/", folder.relative_to(cache))
        with os.scandir(folder) as found:
            inside = list(found)
        for item in inside:
            if item.is_dir(follow_symlinks=False):
                pending.append(Path(item.path))
            elif not _is_fresh(Path(item.path), source / f"{item.name.split('.', 1)[0]}.py"):
                Path(item.path).unlink()
                dropped += 1
    return dropped


def _is_fresh(cached: Path, source: Path) -> bool:
    if cached.suffix != ".pyc" or cached.is_symlink():
        return False
    try:
        changed = source.stat().st_ctime_ns
    except OSError:
        return False
    return changed < cached.lstat().st_mtime_ns
