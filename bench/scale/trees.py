"""What a tree of a million files costs whoever reads or edits it: measured on a real object store."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pygit2

from laneshift.repo.objects import File, Repository

_FOLDERS, _FILES = 1000, 1000


def made(folder: Path) -> Repository:
    """A repository whose HEAD has a million files in a thousand folders, a Python file in each place."""
    handle = pygit2.init_repository(str(folder), initial_head="main")
    root = handle.TreeBuilder()
    for number in range(_FOLDERS):
        inner = handle.TreeBuilder()
        blob = handle.create_blob(f"VALUE = {number}\n".encode())
        for at in range(_FILES):
            inner.insert(f"m{number:03}_{at:03}.py", blob, pygit2.enums.FileMode.BLOB)
        root.insert(f"pkg{number:03}", inner.write(), pygit2.enums.FileMode.TREE)
    who = pygit2.Signature("bench", "bench@example.org", 0, 0)
    handle.create_commit("refs/heads/main", who, who, "initial", root.write(), [])
    return Repository.open(folder)


def timed(act: Callable[[], object]) -> float:
    """Seconds of processor that `act` takes."""
    began = time.process_time()
    act()
    return time.process_time() - began


def main() -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        repository = made(Path(folder) / "million")
        oid = repository.tree("HEAD").oid
        changes = {"pkg500/m500_500.py": File(b"VALUE = 'other'\n"), "pkg999/new.py": File(b"VALUE = 1\n")}
        rows = {
            "list every path": lambda: sum(1 for _ in repository.tree(oid).below("")),
            "edit two files in two folders": lambda: repository.tree(oid).edit(changes),
            "read one file": lambda: repository.tree(oid).read("pkg000/m000_000.py"),
        }
        for name, act in rows.items():
            sys.stdout.write(f"{name}: {min(timed(act) for _ in range(3)) * 1000:,.1f} ms of processor\n")


if __name__ == "__main__":
    main()
