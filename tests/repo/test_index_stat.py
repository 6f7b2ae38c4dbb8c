"""Files that are still as git wrote them are known without git, and every trace of a touch makes git look."""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path

import pytest

from laneshift.repo.index_stat import is_as_written
from laneshift.repo.objects import File
from laneshift.repo.pool import Pool
from laneshift.repo.sweep import sweep
from tests.repo.builders import git_cli, repo_at
from tests.repo.disk import disk_tree, git_tree

FILES = {"a.py": "a = 1\n", "pkg/b.py": "b = 1\n", "pkg/naïve.py": "c = 1\n", "1234567": "", "12345678": "x"}


def a_pool(path: Path) -> tuple[Pool, str]:
    repo = repo_at(path, FILES)
    tree = repo.tree("HEAD").edit({"run": File(b"#!/bin/sh\n", 0o100755), "link": File(b"a.py", 0o120000)})
    return Pool(repo, 1), tree.oid


def index_id(pool: Pool) -> int:
    return (pool.root / "0/index").stat().st_ino


def test_a_tree_that_nobody_touched_is_given_again_without_git(tmp_path: Path) -> None:
    pool, oid = a_pool(tmp_path)
    with pool.checkout(oid):
        first = index_id(pool)
    with pool.checkout(oid) as checkout:
        (checkout.path / "left").write_text("behind")
        assert index_id(pool) == first
    with pool.checkout(oid) as checkout:
        assert index_id(pool) == first
        assert disk_tree(checkout.path) == git_tree(pool.repo, oid)


def rewrite(root: Path) -> None:
    path, before = root / "a.py", (root / "a.py").stat()
    path.write_text("a = 9\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(root: Path) -> None:
    before = (root / "a.py").stat()
    (root / "other").write_text("a = 9\n")
    os.utime(root / "other", ns=(before.st_atime_ns, before.st_mtime_ns))
    (root / "other").rename(root / "a.py")


def swap_links(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").symlink_to("b.py")


def swap_kinds(root: Path) -> None:
    (root / "link").unlink()
    (root / "link").write_text("a.py")


def chmod(root: Path) -> None:
    (root / "run").chmod(0o644)


def delete(root: Path) -> None:
    (root / "1234567").unlink()


def delete_folder(root: Path) -> None:
    (root / "pkg").rename(root / "moved")


@pytest.mark.parametrize("touch", [rewrite, replace, swap_links, swap_kinds, chmod, delete, delete_folder])
@pytest.mark.parametrize("waits", [0.0, 0.02])
def test_whatever_was_touched_is_put_right(tmp_path: Path, touch: Callable[[Path], None], waits: float) -> None:
    pool, oid = a_pool(tmp_path)
    with pool.checkout(oid) as checkout:
        time.sleep(waits)
        touch(checkout.path)
    with pool.checkout(oid) as checkout:
        assert disk_tree(checkout.path) == git_tree(pool.repo, oid)


def believing(index: Path, path: Path, name: bytes) -> None:
    """Have the index say that the file is as it is now, as if it had been written and noted at once."""
    data, found = bytearray(index.read_bytes()), path.lstat()
    row = data.index(name + b"\0") - 62
    times = (*divmod(found.st_ctime_ns, 10**9), *divmod(found.st_mtime_ns, 10**9))
    struct.pack_into(">IIII", data, row, *times)
    data[-20:] = sha1(data[:-20], usedforsecurity=False).digest()
    index.write_bytes(data)


def test_where_the_time_proves_nothing_the_bytes_do(tmp_path: Path) -> None:
    pool, oid = a_pool(tmp_path)
    with pool.checkout(oid) as checkout:
        index, root = pool.root / "0/index", checkout.path
        (root / "a.py").write_text("a = 9\n")
        believing(index, root / "a.py", b"a.py")
        left = sweep(root, pool.repo.folders, oid)
        os.utime(index, (2**31, 2**31))
        assert is_as_written(index, root, left)  # of a file older than the index the time is proof, to git as well
        os.utime(index, (0, 0))
        assert not is_as_written(index, root, left)
        (root / "a.py").write_text("a = 1\n")
        believing(index, root / "a.py", b"a.py")
        os.utime(index, (0, 0))
        assert is_as_written(index, root, sweep(root, pool.repo.folders, oid))


@pytest.mark.parametrize(
    "arguments", [["--assume-unchanged", "a.py"], ["--skip-worktree", "a.py"], ["--index-version", "4"]]
)
def test_an_index_that_is_not_plain_is_left_to_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    pool, oid = a_pool(tmp_path)
    with pool.checkout(oid) as checkout:
        index, left = pool.root / "0/index", sweep(checkout.path, pool.repo.folders, oid)
        assert is_as_written(index, checkout.path, left)
        monkeypatch.setenv("GIT_INDEX_FILE", str(index))
        git_cli(tmp_path, f"--work-tree={checkout.path}", "update-index", *arguments)
        assert not is_as_written(index, checkout.path, left)


@pytest.mark.parametrize("kept", [0, 11, 12, 60, 90, -40])
def test_an_index_that_is_cut_is_left_to_git(tmp_path: Path, kept: int) -> None:
    pool, oid = a_pool(tmp_path)
    with pool.checkout(oid) as checkout:
        index, left = pool.root / "0/index", sweep(checkout.path, pool.repo.folders, oid)
        rows = index.read_bytes().index(b"TREE")
        index.write_bytes(index.read_bytes()[: kept if kept >= 0 else rows + kept])
        assert not is_as_written(index, checkout.path, left)
        index.unlink()
        assert not is_as_written(index, checkout.path, left)
