"""Objects that the disk does not take are an error of ours, with its cure, and never a crash."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.objects import File, Repository
from tests.repo.builders import git_cli, repo_at

WRITES: dict[str, Callable[[Repository], object]] = {
    "blob": lambda repo: repo.write_blob(b"new\n"),
    "tree": lambda repo: repo.tree("HEAD").edit({"there.txt": None, "moved.txt": repo.tree("HEAD").entry("there.txt")}),
    "edit": lambda repo: repo.tree("HEAD").edit({"new.txt": File(b"new\n")}),
    "commit": lambda repo: write_commit(
        repo, repo.tree("HEAD").oid, [repo.commit_id("HEAD")], "text\n", Identity("Ada", "ada@example.org"), 1
    ),
}


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A repository with one file, whose folder of objects can be stopped up."""
    return repo_at(tmp_path / "repo", {"there.txt": "there\n"})


def stop_up(repo: Repository) -> None:
    """Leave no way to store anything: a file is where each missing folder of objects would have to be made."""
    for number in range(256):
        place = repo.common_dir / "objects" / f"{number:02x}"
        if not place.exists():
            place.write_text("in the way")


@pytest.mark.parametrize("name", WRITES)
def test_an_object_that_cannot_be_written_is_told(repo: Repository, name: str) -> None:
    stop_up(repo)
    with pytest.raises(CheckFailed) as caught:
        WRITES[name](repo)
    assert caught.value.code == "repo.not-writable"
    assert caught.value.why
    assert "the disk has room" in caught.value.cure


@pytest.mark.parametrize("name", WRITES)
def test_the_same_can_be_written_when_nothing_is_in_the_way(repo: Repository, name: str) -> None:
    assert WRITES[name](repo)
    assert git_cli(repo.common_dir, "fsck", "--strict", "--no-dangling") == ""


@pytest.mark.parametrize("name", ["blob", "tree", "edit"])
def test_what_is_stored_already_makes_no_file_and_is_as_new_as_now(repo: Repository, name: str) -> None:
    objects = repo.common_dir / "objects"
    WRITES[name](repo)
    stored = sorted(objects.glob("??/*"))
    for path in (*stored, objects):
        os.utime(path, (1, 1))
    again = Repository.open(repo.common_dir)
    WRITES[name](again)
    assert objects.stat().st_mtime == 1
    assert sorted(objects.glob("??/*")) == stored
    assert any(path.stat().st_mtime > 1 for path in stored)


def test_what_is_in_a_pack_alone_is_not_written_again(repo: Repository) -> None:
    oid = repo.write_blob(b"new\n")
    git_cli(repo.common_dir, "update-ref", "refs/kept", oid)
    git_cli(repo.common_dir, "repack", "-adq")
    git_cli(repo.common_dir, "prune-packed")
    assert Repository.open(repo.common_dir).write_blob(b"new\n") == oid
    assert not list((repo.common_dir / "objects").glob("??/*"))
