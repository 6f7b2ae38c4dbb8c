"""A scratch repository sees what another one has, keeps its own to itself, and is gone at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.repo.objects import File, Repository
from laneshift.repo.renames import was_renamed
from laneshift.repo.scratch import scratch
from tests.repo.builders import commit_files, git_cli, repo_at


def test_it_borrows_and_gives_nothing_back(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "repo", {"a.py": "A = 1\n" * 20})
    tip = commit_files(tmp_path / "repo", {"a.py": None, "b.py": "A = 1\n" * 20}, "rename")
    git_cli(tmp_path / "repo", "repack", "-adq")
    with scratch(repository) as apart:
        tree = apart.tree(tip)
        made = tree.edit({"c.py": File(b"C = 3\n")})
        assert made.read("b.py") == repository.tree(tip).read("b.py")
        assert made.read("c.py") == b"C = 3\n"
        assert was_renamed(apart, tip, "a.py", "b.py")
        assert apart.state_dir == repository.state_dir
        place = apart.git_dir
    assert not place.exists()
    with pytest.raises(Refused):
        Repository.open(tmp_path / "repo").tree(made.oid)


def test_a_shallow_clone_is_borrowed_from_as_it_is(tmp_path: Path) -> None:
    repo_at(tmp_path / "repo", {"a.py": "A = 1\n"})
    commit_files(tmp_path / "repo", {"a.py": "A = 2\n"}, "more")
    git_cli(tmp_path, "clone", "-q", "--depth", "1", (tmp_path / "repo").as_uri(), "clone")
    repository = Repository.open(tmp_path / "clone")
    tip = repository.commit_id("HEAD")
    with scratch(repository) as apart:
        assert not was_renamed(apart, tip, "b.py", "a.py")
        assert apart.tree(tip).read("a.py") == b"A = 2\n"


def test_a_folder_that_git_cannot_note_is_refused(tmp_path: Path) -> None:
    repository = repo_at(tmp_path / "two\nlines", {"a.py": ""})
    with pytest.raises(Refused) as caught, scratch(repository):
        pass
    assert caught.value.code == "repo.unborrowable"
