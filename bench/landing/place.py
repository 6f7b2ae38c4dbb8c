"""Where a cell takes place on disk: repositories made by git alone, copies of them, and the folder beside them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from corpus.project import run


def new_repository(path: Path, files: Mapping[str, str]) -> Path:
    """A repository at `path` with the files in one commit on the branch main, and an identity to commit with."""
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    run(path, "init", "--quiet", "--initial-branch=main")
    run(path, "config", "user.name", "Bench")
    run(path, "config", "user.email", "bench@example.org")
    run(path, "add", "--all")
    run(path, "commit", "--quiet", "--no-verify", "--message", "initial")
    return path


def copy(template: Path, path: Path) -> Path:
    """A copy of a repository with all that laneshift remembers. SQLite copies its databases itself.

    Of its checkouts only the bytecode comes along: who lands has tested before, and did not compile pytest for nothing.
    """
    shutil.copytree(template, path, symlinks=True, ignore=shutil.ignore_patterns("*.sqlite", "*.sqlite-*", "pool"))
    for cache in sorted(template.glob(".git/laneshift/pool/*/cache")):
        shutil.copytree(cache, path / cache.relative_to(template), copy_function=os.link)
    for database in sorted(template.rglob("*.sqlite")):
        place = path / database.relative_to(template)
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(place)) as target:
            source.backup(target)
    return path
