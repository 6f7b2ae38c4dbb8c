"""A search by git that runs beside this process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from laneshift.repo.grep import containing, searched
from laneshift.repo.objects import MODE_SUBMODULE, MODE_SYMLINK, Entry, File, Repository
from laneshift.repo.searching import Searching, can_search, head_commit
from tests.repo.builders import git_cli


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    git_cli(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "a b.py").write_text("import labs\n")
    (tmp_path / "other.py").write_text("import core\n")
    git_cli(tmp_path, "add", "-A")
    git_cli(tmp_path, "commit", "-qm", "first")
    return Repository.open(tmp_path)


@pytest.mark.parametrize("needles", [{"labs"}, {"labs", "core"}, {"nowhere"}])
def test_what_is_found_in_a_commit_is_what_is_found_in_its_tree(repo: Repository, needles: set[str]) -> None:
    with Searching(repo.common_dir, repo.commit_id("HEAD"), needles) as searching:
        found = searching.paths()
    assert found == containing(repo.tree("HEAD"), needles)
    assert found == [
        path for path in ("a b.py", "other.py") if any(n.encode() in repo.tree("HEAD").read(path) for n in needles)
    ]


def test_a_search_that_nobody_waited_for_leaves_no_process(repo: Repository) -> None:
    with Searching(repo.common_dir, repo.commit_id("HEAD"), {"labs"}) as searching:
        children = [begun._child.pid for begun in (searching._begun, searching._listing)]
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_symlinks_are_all_told_and_nothing_else(repo: Repository) -> None:
    awkward = "d/new\nline 120000 blob x\tgrüße"
    links = {path: File(b"labs", MODE_SYMLINK) for path in ("0", "a link", awkward, os.fsdecode(b"d/\xff"), "zz")}
    others: dict[str, File | Entry | None] = {"d/120000 blob": File(b"labs"), "sub": Entry(MODE_SUBMODULE, "1" * 40)}
    tree = repo.tree("HEAD").edit({**links, **others})
    found = searched(tree, {"labs"})
    assert found is not None
    assert sorted(found.links) == sorted(links)
    assert found.files == ["a b.py", "d/120000 blob"]


@pytest.mark.parametrize("needles", [set(), {""}, {"a\nb"}, {"a\0b"}])
def test_some_needles_are_not_for_git(needles: set[str]) -> None:
    assert not can_search(needles)
    assert can_search({"labs"})


def test_head_is_read_from_its_files(repo: Repository) -> None:
    head = repo.commit_id("HEAD")
    assert head_commit(repo.git_dir) == head
    git_cli(repo.git_dir.parent, "checkout", "-q", "--detach")
    assert head_commit(repo.git_dir) == head


@pytest.mark.parametrize(
    "text", ["ref: refs/heads/none", "ref: refs/heads/../../../out", "abc", "", "ref: refs/tags/v1"]
)
def test_where_only_git_can_tell_nothing_is_told(repo: Repository, text: str) -> None:
    (repo.git_dir.parent.parent / "out").write_text("1" * 40)
    (repo.git_dir / "refs" / "tags" / "v1").write_text("1" * 40)
    (repo.git_dir / "HEAD").write_text(text + "\n")
    assert head_commit(repo.git_dir) is None
