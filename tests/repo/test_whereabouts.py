"""A plain repository is where the library says it is, and what is not plain is left to the library."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.repo.checkouts import work_trees
from laneshift.repo.library import discovered, owner_cure
from laneshift.repo.objects import Repository
from laneshift.repo.whereabouts import Whereabouts, plain_whereabouts
from tests.repo.builders import git_cli, repo_at


def _settings(*words: str) -> Callable[[Path], Path]:
    def made(path: Path) -> Path:
        git_cli(path, "config", *words)
        return path

    return made


def _written(more: bytes) -> Callable[[Path], Path]:
    def made(path: Path) -> Path:
        with (path / ".git" / "config").open("ab") as file:
            file.write(more)
        return path

    return made


def _bare_inside(path: Path) -> Path:
    git_cli(path, "init", "-q", "--bare", "inner")
    return path / "inner" / "refs"


def _linked(path: Path) -> Path:
    git_cli(path, "worktree", "add", "-q", "linked")
    return path / "linked"


def _inside_git_dir(path: Path) -> Path:
    return path / ".git" / "refs"


def _with_the_folder_elsewhere(path: Path) -> Path:
    (path / ".git").rename(path / "elsewhere")
    (path / ".git").symlink_to("elsewhere")
    return path


def _with_objects_elsewhere(path: Path) -> Path:
    (path / ".git" / "objects").rename(path / "objects")
    (path / ".git" / "objects").symlink_to("../objects")
    return path


def _inner_folder_named_git(path: Path) -> Path:
    (path / "sub" / ".git").mkdir(parents=True)
    return path / "sub"


UNUSUAL: dict[str, Callable[[Path], Path]] = {
    "a work tree elsewhere": _settings("core.worktree", ".."),
    "bare by its settings": _settings("core.bare", "true"),
    "a format with extensions": _settings("core.repositoryFormatVersion", "1"),
    "an extension": _settings("extensions.worktreeConfig", "true"),
    "other files of settings": _settings("include.path", "more"),
    "bare once more": _written(b"[core]\n\tbare\n"),
    "a line that goes on": _written(b'[core]\n\teditor = "a\\\nbare = true"\n'),
    "many settings": _written(b"# much\n" * 20_000),
    "a bare repository within": _bare_inside,
    "a linked work tree": _linked,
    "inside the folder of git": _inside_git_dir,
    "a symlink for the folder of git": _with_the_folder_elsewhere,
    "a symlink for the objects": _with_objects_elsewhere,
    "an empty folder of that name": _inner_folder_named_git,
}


@pytest.mark.parametrize("how", sorted(UNUSUAL))
def test_what_is_not_plain_is_left_to_the_library(tmp_path: Path, how: str) -> None:
    repo_at(tmp_path, {"a/b": "1"})
    assert plain_whereabouts(tmp_path) is not None
    assert plain_whereabouts(UNUSUAL[how](tmp_path)) is None


@pytest.mark.parametrize("inside", ["", "a", "a/b"])
def test_a_plain_repository_is_where_the_library_says(tmp_path: Path, inside: str) -> None:
    repo_at(tmp_path / "real", {"a/b/c": "1"})
    git_cli(tmp_path / "real", "config", "remote.origin.url", "../elsewhere")
    (tmp_path / "link").symlink_to("real")
    for root in ("real", "link"):
        found = plain_whereabouts(tmp_path / root / inside)
        assert found == discovered(tmp_path / root / inside)
        assert found == Whereabouts(tmp_path / "real" / ".git", tmp_path / "real" / ".git", tmp_path / "real")


def test_a_symlink_into_another_repository_leads_there(tmp_path: Path) -> None:
    repo_at(tmp_path / "one", {"a/b": "1"})
    repo_at(tmp_path / "other", {"c": "1"})
    (tmp_path / "other" / "shortcut").symlink_to(tmp_path / "one" / "a")
    found = plain_whereabouts(tmp_path / "other" / "shortcut")
    assert found is not None
    assert found == discovered(tmp_path / "other" / "shortcut")
    assert found.work_dir == tmp_path / "one"


@pytest.mark.parametrize("name", ["missing", "a/b", "nul\0"])
def test_what_is_no_folder_is_left_to_the_library(tmp_path: Path, name: str) -> None:
    repo_at(tmp_path, {"a/b": "1"})
    assert plain_whereabouts(tmp_path / name) is None


def test_no_repository_at_all_is_refused_by_the_library(tmp_path: Path) -> None:
    assert plain_whereabouts(tmp_path) is None
    with pytest.raises(Refused) as refused:
        discovered(tmp_path)
    assert refused.value.code == "repo.not-found"


def test_what_helps_with_a_folder_of_another_user_is_told() -> None:
    said = "/w/o'x/.git/: repository path '/w/o'x' is not owned by current user"
    assert owner_cure(said) == "if you trust its owner: git config --global --add safe.directory '/w/o'\"'\"'x'"
    assert owner_cure("failed to parse config file") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
def test_the_folder_of_another_user_is_refused_with_what_helps(tmp_path: Path) -> None:
    path = repo_at(tmp_path / "repo", {"a.py": ""}).work_dir or tmp_path
    for each in (path, path / ".git"):
        os.chown(each, 65534, 65534)
    with pytest.raises(Refused) as caught:
        discovered(path)
    assert caught.value.code == "repo.unreadable"
    assert caught.value.cure == f"if you trust its owner: git config --global --add safe.directory {path}"


def test_settings_that_git_cannot_read_are_refused_with_the_reason(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    _written(b"[broken\n")(tmp_path)
    opened = Repository(Whereabouts(repo.git_dir, repo.common_dir, repo.work_dir))
    for asked in (lambda: opened.handle, lambda: list(work_trees(opened))):
        with pytest.raises(Refused) as refused:
            asked()
        assert refused.value.code == "repo.unreadable"
        assert "config" in refused.value.why
