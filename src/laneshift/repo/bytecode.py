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
    # Plain strings: a cache has the files of the standard library too, and is looked through at every move of a slot.
    root = os.fspath(cache)
    dropped, pending = 0, [root]
    while pending:
        folder = pending.pop()
        source = folder[len(root) :]
        with os.scandir(folder) as found:
            inside = list(found)
        for item in inside:
            if item.is_dir(follow_symlinks=False):
                pending.append(item.path)
            elif not _is_fresh(item, f"{source}/{item.name.partition('.')[0]}.py"):
                os.unlink(item.path)  # noqa: PTH108 - as above
                dropped += 1
    return dropped


def _is_fresh(cached: os.DirEntry[str], source: str) -> bool:
    if not cached.name.endswith(".pyc") or cached.is_symlink():
        return False
    try:
        changed = os.stat(source).st_ctime_ns  # noqa: PTH116 - as above
    except OSError:
        return False
    return changed < cached.stat(follow_symlinks=False).st_mtime_ns
