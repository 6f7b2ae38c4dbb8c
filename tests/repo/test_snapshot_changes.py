"""The tree of a work tree is what `git add -A` would make of it, whatever kind of change there is, and how many."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.repo.objects import Repository
from laneshift.repo.snapshot import snapshot
from tests.repo.builders import commit_files, git_cli

_FILES: dict[str, str | bytes | None] = {f"pkg/m{number}.py": f"A = {number}\n" for number in range(30)}


def _edit(path: Path) -> None:
    (path / "pkg/m1.py").write_text("A = 'edited'\n")


def _many(path: Path) -> None:
    for number in range(25):
        (path / f"pkg/m{number}.py").write_text("A = 'edited'\n")


def _gone(path: Path) -> None:
    (path / "pkg/m2.py").unlink()


def _folder_becomes_link(path: Path) -> None:
    shutil.rmtree(path / "sub")
    (path / "sub").symlink_to("pkg")


def _folder_becomes_file(path: Path) -> None:
    shutil.rmtree(path / "sub")
    (path / "sub").write_text("now a file\n")


def _file_becomes_folder(path: Path) -> None:
    (path / "single.py").unlink()
    (path / "single.py").mkdir()
    (path / "single.py/inner.py").write_text("A = 1\n")


def _intended(path: Path) -> None:
    (path / "pkg/new.py").write_text("A = 'new'\n")
    git_cli(path, "add", "-N", "pkg/new.py")


def _untracked_below(path: Path) -> None:
    (path / "fresh/deep").mkdir(parents=True)
    (path / "fresh/deep/a.py").write_text("A = 1\n")
    (path / "fresh/b [1]*.py").write_text("B = 1\n")


def _ignored(path: Path) -> None:
    (path / "fresh").mkdir()
    (path / "fresh/x.log").write_text("noise\n")
    (path / "fresh/kept.py").write_text("A = 1\n")


def _odd_names(path: Path) -> None:
    (path / "pkg/[m]1.py").write_text("A = 'edited'\n")
    (path / ":!pkg").write_text("edited\n")


def _mode(path: Path) -> None:
    (path / "pkg/m3.py").chmod(0o755)


def _staged_and_edited(path: Path) -> None:
    (path / "pkg/m4.py").write_text("A = 'staged'\n")
    git_cli(path, "add", "-A")
    (path / "pkg/m4.py").write_text("A = 'edited'\n")


def _staged_and_gone(path: Path) -> None:
    (path / "pkg/brand.py").write_text("A = 1\n")
    git_cli(path, "add", "-A")
    (path / "pkg/brand.py").unlink()


_CHANGES = [
    *(_edit, _many, _gone, _folder_becomes_link, _folder_becomes_file, _file_becomes_folder, _intended),
    *(_untracked_below, _ignored, _odd_names, _mode, _staged_and_edited, _staged_and_gone),
]


@pytest.mark.parametrize("change", _CHANGES)
@pytest.mark.parametrize("also", [None, _edit, _many])
def test_it_is_what_git_would_add(
    tmp_path: Path, change: Callable[[Path], None], also: Callable[[Path], None] | None
) -> None:
    git_cli(tmp_path, "init", "-q", "-b", "main")
    odd: dict[str, str | bytes | None] = {"sub/a.py": "A = 1\n", "single.py": "A = 1\n", ".gitignore": "*.log\n"}
    commit_files(tmp_path, {**_FILES, **odd, "pkg/[m]1.py": "A = 1\n", ":!pkg": "x\n"})
    change(tmp_path)
    if also is not None:
        also(tmp_path)
    before = git_cli(tmp_path, "status", "--porcelain=v2", "-z")
    found = snapshot(Repository.open(tmp_path))
    assert git_cli(tmp_path, "status", "--porcelain=v2", "-z") == before
    git_cli(tmp_path, "add", "-A")
    assert found.oid == git_cli(tmp_path, "write-tree")
    assert os.environ.get("GIT_INDEX_FILE") is None
