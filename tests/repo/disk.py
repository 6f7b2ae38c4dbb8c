"""What is on the disk, for comparing with trees file by file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from laneshift.repo.objects import Repository


def disk_tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Every path below `root` to git's mode and content; folders appear only when they are empty."""
    found: dict[str, tuple[int, bytes]] = {}
    for folder, names, files in os.walk(root):
        for name in [*files, *(name for name in names if Path(folder, name).is_symlink())]:
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                found[str(path.relative_to(root))] = (0o120000, os.fsencode(path.readlink()))
            else:
                found[str(path.relative_to(root))] = (mode, path.read_bytes())
        if not names and not files and folder != str(root):
            found[str(Path(folder).relative_to(root))] = (0o160000, b"")
    return found


def git_tree(repo: Repository, oid: str) -> dict[str, tuple[int, bytes]]:
    """What a fresh checkout of a tree is, in the same form: submodules are empty folders."""
    return {
        path: (entry.mode, b"" if entry.mode == 0o160000 else repo.blob(entry.oid))
        for path, entry in repo.tree(oid).entries.items()
    }
