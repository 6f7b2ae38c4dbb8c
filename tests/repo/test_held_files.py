"""Blobs read from the files of a work tree are those of the repository, whatever lies there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.repo.held_files import HeldFiles
from laneshift.repo.kinds import Kind, object_id
from tests.repo.builders import git_cli, repo_at

_OID = object_id(Kind.BLOB, b"as it is\n")


def _other_bytes(path: Path) -> None:
    path.write_bytes(b"as it IS\n")


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _a_link_to_the_same(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to("real")


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("change", [_other_bytes, _a_folder, _a_link_to_the_same, _a_pipe, Path.unlink])
def test_what_is_not_the_blob_is_not_given(tmp_path: Path, change: Callable[[Path], None]) -> None:
    repository = repo_at(tmp_path, {"a/b": "as it is\n"})
    change(tmp_path / "a" / "b")
    assert HeldFiles(tmp_path).read("a/b", _OID) is None
    repository.lean_on_files()
    assert repository.blob(_OID, "a/b") == b"as it is\n"


@pytest.mark.parametrize("path", ["../out", "a/../../out", ".git/held", "a//b", "./a/b", "nul\0"])
def test_a_path_that_could_leave_the_work_tree_is_not_looked_at(tmp_path: Path, path: str) -> None:
    repo_at(tmp_path / "in", {"a/b": "as it is\n"})
    for name in ("out", "in/.git/held"):
        (tmp_path / name).write_bytes(b"as it is\n")
    assert HeldFiles(tmp_path / "in").read(path, _OID) is None
    assert HeldFiles(tmp_path / "in").read("a/b", _OID) == b"as it is\n"


def test_files_are_read_in_place_of_blobs(tmp_path: Path) -> None:
    repository = repo_at(tmp_path, {"a": "as it is\n"})
    git_cli(tmp_path, "repack", "-q", "-ad")
    for stored in (tmp_path / ".git" / "objects" / "pack").iterdir():
        stored.unlink()
    repository.lean_on_files()
    assert repository.blob(_OID, "a") == b"as it is\n"


def test_where_most_files_are_converted_no_more_are_tried(tmp_path: Path) -> None:
    files = {f"f{number}": f"{number}\r\n" for number in range(20)}
    repo_at(tmp_path, files)
    held = HeldFiles(tmp_path)
    wanted = [object_id(Kind.BLOB, text.encode().replace(b"\r", b"")) for text in files.values()]
    assert [held.read(path, oid) for path, oid in zip(files, wanted, strict=True)] == [None] * 20
    assert held.read("f0", object_id(Kind.BLOB, b"0\r\n")) is None
