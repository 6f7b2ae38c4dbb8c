"""The folders above a path are opened step by step, never through a symlink."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.parents import Parents

_FOLDERS = ["", "a", "a/b", "a/b/c", "a/c", "b", "b/a"]


def open_below(root: Path) -> list[str]:
    """What this process has open there, where the system tells; others may close theirs at any time."""
    found = []
    for each in Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            found.append(str(each.readlink()))
    return [target for target in found if target.startswith(str(root))]


@settings(max_examples=30, derandomize=True, deadline=None, database=None)
@given(order=st.lists(st.sampled_from(_FOLDERS), max_size=12))
def test_in_any_order_each_path_gets_its_own_folder(tmp_path_factory: pytest.TempPathFactory, order: list[str]) -> None:
    root = tmp_path_factory.mktemp("root")
    with Parents(root) as parents:
        for number, above in enumerate(order):
            folder, name = parents.of(f"{above}/{number}".lstrip("/"), make=True)
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, dir_fd=folder))
    assert all((root / above / str(number)).is_file() for number, above in enumerate(order))
    assert open_below(root) == []
    assert sum(len(files) for _, _, files in os.walk(root)) == len(order)


def test_a_link_or_a_file_on_the_way_is_not_passed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "real").mkdir(parents=True)
    (outside / "deep").mkdir(parents=True)
    (root / "link").symlink_to(outside)
    (root / "real" / "up").symlink_to("..")
    (root / "file").write_text("")
    with Parents(root) as parents:
        for path in ("link/x", "link/deep/x", "real/up/x", "file/x"):
            with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
                parents.of(path, make=True)
        assert parents.of("real/x", make=False)[1] == "x"  # what failed before does not matter
    assert sorted(path.name for path in outside.iterdir()) == ["deep"]


def test_a_folder_that_is_missing_is_made_only_where_that_is_asked_for(tmp_path: Path) -> None:
    with Parents(tmp_path) as parents:
        with pytest.raises(FileNotFoundError):
            parents.of("a/b/x", make=False)
        parents.of("a/b/x", make=True)
        (tmp_path / "a" / "b").rmdir()
        parents.forget()
        folder, name = parents.of("a/b/x", make=True)
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=folder))
    assert (tmp_path / "a/b/x").is_file()


def test_where_only_some_folders_are_there_the_next_path_gets_its_own(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    with Parents(tmp_path) as parents:
        for above in ("a", "", "a/b"):
            parents.of(f"{above}/x".lstrip("/"), make=False)
            with pytest.raises(FileNotFoundError):
                parents.of("a/b/c/x", make=False)
            folder, _ = parents.of(f"{above}/x".lstrip("/"), make=False)
            assert os.fstat(folder).st_ino == (tmp_path / above).stat().st_ino


def test_it_tells_the_highest_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("a")
    told = {}
    with Parents(tmp_path) as parents:
        for path in ("a/b/x", "a/c/d/x", "a/b/c/x", "c/x", "file/x", "link/b/x", "x"):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                parents.of(path, make=False)
            told[path] = parents.missing_above(path)
    assert told == {
        "a/b/x": "",
        "a/c/d/x": "a/c/",
        "a/b/c/x": "a/b/c/",
        "c/x": "c/",
        "file/x": "file/",
        "link/b/x": "link/",
        "x": "",
    }
