"""Objects that are held back have git's ids, are read as if they were stored, and stay out of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygit2.enums import ObjectType

from laneshift.errors import Refused
from laneshift.repo.differences import differences
from laneshift.repo.drafts import object_id
from laneshift.repo.objects import File, Repository
from tests.repo.builders import git_cli, repo_at

_FILES = {"a.py": "1\n", "sub/b.py": "2\n", "sub/deep/c.py": "3\n"}
_CHANGES = {"a.py": None, "sub/a.py": File(b"new\n"), "sub/deep/c.py": File(b"\0\xff", 0o100755), "z/z/z": File(b"")}


def _objects(path: Path) -> set[str]:
    return {str(file) for file in (path / ".git/objects").rglob("*") if file.is_file()}


def test_a_tree_that_is_held_back_is_the_tree_that_is_stored(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, _FILES)
    held = Repository.open(tmp_path)
    held.hold_back()
    before = _objects(tmp_path)
    drafted = held.tree("HEAD").edit(_CHANGES)
    assert _objects(tmp_path) == before
    stored = repo.tree("HEAD").edit(_CHANGES)
    assert drafted.oid == stored.oid
    assert drafted.below("") == stored.below("")
    assert drafted.read("sub/deep/c.py") == b"\0\xff"
    assert held.blob_size(drafted.entries["z/z/z"].oid) == 0
    assert differences(held.tree("HEAD"), drafted) == differences(repo.tree("HEAD"), stored)
    assert drafted.edit({"sub/deep": None, "a.py": drafted.entries["sub/a.py"]}).read("a.py") == b"new\n"


def test_what_is_held_back_is_no_file_of_another_kind(tmp_path: Path) -> None:
    held = repo_at(tmp_path, _FILES)
    held.hold_back()
    tree = held.tree("HEAD").edit(_CHANGES)
    for ask in (held.blob, held.blob_size):
        with pytest.raises(Refused, match="is not a file"):
            ask(tree.oid)


def test_only_what_is_published_is_seen_by_others(tmp_path: Path) -> None:
    repo_at(tmp_path, _FILES)
    held = Repository.open(tmp_path)
    held.hold_back()
    held.hold_back()
    first, second = held.write_blob(b"first\n"), held.write_blob(b"second\n")
    held.publish([first, "0" * 40])
    assert git_cli(tmp_path, "cat-file", "blob", first) == "first"
    with pytest.raises(Refused, match="missing"):
        Repository.open(tmp_path).blob(second)
    assert held.blob(second) == b"second\n"


def test_nothing_is_held_back_unless_asked_for(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, _FILES)
    oid = repo.write_blob(b"at once\n")
    repo.publish([oid])
    assert git_cli(tmp_path, "cat-file", "blob", oid) == "at once"


@pytest.mark.parametrize("data", [b"", b"x\n", b"\0" * 70_000])
def test_ids_are_gits(tmp_path: Path, data: bytes) -> None:
    git_cli(tmp_path, "init", "-q", ".")
    assert object_id(ObjectType.BLOB, data) == git_cli(tmp_path, "hash-object", "--stdin", stdin=data)
