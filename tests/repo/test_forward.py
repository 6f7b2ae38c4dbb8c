"""Work trees follow a landing as `git merge --ff-only` would move them, and never lose a local change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from laneshift.errors import NeedsPerson
from laneshift.repo import forward, refs
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.git import Outcome, Place
from laneshift.repo.objects import Changes, Entry, File, Repository
from laneshift.repo.worktree import fast_forward, overlapping_changes
from tests.repo.builders import WHEN, git_cli, repo_at
from tests.repo.killed import killed_before_effect

MAIN = "refs/heads/main"
FILES = {"a.py": "a = 1\n", "old/b.py": "b = 1\n", "old/c.py": "c = 1\n", "keep.txt": "keep\n", "d/e.py": "e = 1\n"}


def landed(repo: Repository, changes: Changes, *, swap: bool = True) -> tuple[str, str]:
    """Commit `changes` on top of main without touching any work tree; the old and the new commit."""
    old = repo.commit_id(MAIN)
    new = write_commit(repo, repo.tree(old).edit(changes).oid, [old], "land", Identity("L", "l@example.org"), WHEN)
    if swap:
        refs.swap(repo, [refs.RefUpdate(MAIN, old, new)])
    return old, new


def moves(repo: Repository) -> Changes:
    b = repo.tree(MAIN).entries["old/b.py"]
    return {
        "new/deep/b.py": b,
        "old/b.py": None,
        "old/c.py": None,
        "a.py": File(b"a = 2\n"),
        "run.sh": File(b"#!/bin/sh\n", 0o100755),
        "link": File(b"a.py", 0o120000),
    }


def status(repo: Repository) -> str:
    assert repo.work_dir is not None
    return git_cli(repo.work_dir, "status", "--porcelain", "-uall")


def no_traces(repo: Repository) -> bool:
    names = {path.name for path in repo.common_dir.rglob("*")}
    return not names & {"index.lock", "laneshift-index", "laneshift-token", "laneshift-staging"}


def test_a_clean_work_tree_ends_exactly_at_the_new_commit(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    old, new = landed(repo, moves(repo))
    assert status(repo) != ""
    assert fast_forward(repo, MAIN, old, new) == (tmp_path,)
    assert status(repo) == ""
    assert not (tmp_path / "old").exists()
    assert (tmp_path / "link").readlink() == Path("a.py")
    assert os.access(tmp_path / "run.sh", os.X_OK)
    assert no_traces(repo)


def test_the_second_call_changes_nothing(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    old, new = landed(repo, moves(repo))
    fast_forward(repo, MAIN, old, new)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if ".git" not in path.parts}
    fast_forward(repo, MAIN, old, new)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert status(repo) == ""


def test_other_local_changes_survive_staged_and_unstaged_and_untracked(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    (tmp_path / "keep.txt").write_text("mine\n")
    (tmp_path / "d/e.py").write_text("e = 'staged'\n")
    git_cli(tmp_path, "add", "d/e.py")
    (tmp_path / "d/e.py").write_text("e = 'and more'\n")
    (tmp_path / "untracked.txt").write_text("mine\n")
    old, new = landed(repo, moves(repo))
    assert overlapping_changes(repo, MAIN, old, new) == ()
    fast_forward(repo, MAIN, old, new)
    assert status(repo).splitlines() == ["MM d/e.py", " M keep.txt", "?? untracked.txt"]
    assert git_cli(tmp_path, "show", ":d/e.py") == "e = 'staged'"


def _edit(path: Path) -> None:
    (path / "a.py").write_text("a = 'mine'\n")


def _edit_same_size(path: Path) -> None:
    (path / "a.py").write_text("a = 9\n")


def _stage(path: Path) -> None:
    _edit(path)
    git_cli(path, "add", "a.py")


def _untracked(path: Path) -> None:
    (path / "run.sh").write_text("mine\n")


def _ignored(path: Path) -> None:
    (path / ".git/info").mkdir(exist_ok=True)
    (path / ".git/info/exclude").write_text("run.sh\n")
    _untracked(path)


def _folder_in_the_way(path: Path) -> None:
    (path / "run.sh").mkdir()
    (path / "run.sh/mine").write_text("mine\n")


def _file_above(path: Path) -> None:
    (path / "new").write_text("mine\n")


def _symlink_above(path: Path) -> None:
    outside = path.parent / "outside"
    outside.mkdir()
    (path / "new").symlink_to(outside)


def _edited_deleted(path: Path) -> None:
    (path / "old/c.py").write_text("c = 'mine'\n")


def _assumed_unchanged(path: Path) -> None:
    git_cli(path, "update-index", "--assume-unchanged", "a.py")
    _edit(path)


def _mode(path: Path) -> None:
    (path / "a.py").chmod(0o755)


def _merging(path: Path) -> None:
    (path / ".git/MERGE_HEAD").write_text(git_cli(path, "rev-parse", "HEAD") + "\n")


@pytest.mark.parametrize(
    "change",
    [
        _edit,
        _edit_same_size,
        _stage,
        _untracked,
        _ignored,
        _folder_in_the_way,
        _file_above,
        _symlink_above,
        _edited_deleted,
        _assumed_unchanged,
        _mode,
        _merging,
    ],
)
def test_an_overlapping_local_change_stops_it_before_anything_changes(tmp_path: Path, change: object) -> None:
    assert callable(change)
    root = tmp_path / "repo"
    repo = repo_at(root, FILES)
    change(root)
    before, index = files_of(root), (root / ".git/index").read_bytes()
    old, new = landed(repo, moves(repo))
    assert overlapping_changes(repo, MAIN, old, new) != ()
    with pytest.raises(NeedsPerson) as caught:
        fast_forward(repo, MAIN, old, new)
    assert caught.value.code == "worktree.overlap"
    assert caught.value.faults
    assert files_of(root) == before
    assert (root / ".git/index").read_bytes() == index
    assert no_traces(repo)
    assert list(tmp_path.glob("outside/*")) == []


def files_of(root: Path) -> dict[str, tuple[int, bytes]]:
    found = {}
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name != ".git"]
        for name in [*files, *(name for name in names if Path(folder, name).is_symlink())]:
            path = Path(folder, name)
            data = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            found[str(path.relative_to(root))] = (path.lstat().st_mode, data)
    return found


def test_a_change_that_equals_the_landing_is_no_overlap(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    (tmp_path / "a.py").write_text("a = 2\n")
    (tmp_path / "old/c.py").unlink()
    old, new = landed(repo, moves(repo))
    fast_forward(repo, MAIN, old, new)
    assert status(repo) == ""


def test_a_detached_head_and_another_branch_are_left_alone(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    git_cli(tmp_path, "checkout", "-q", "--detach")
    old, new = landed(repo, moves(repo))
    assert fast_forward(repo, MAIN, old, new) == ()
    assert git_cli(tmp_path, "status", "--porcelain") == ""


def test_a_bare_repository_has_nothing_to_move(tmp_path: Path) -> None:
    repo_at(tmp_path / "source", FILES)
    git_cli(tmp_path, "clone", "-q", "--bare", "source", "bare")
    bare = Repository.open(tmp_path / "bare")
    old, new = landed(bare, moves(bare))
    assert fast_forward(bare, MAIN, old, new) == ()


def test_a_linked_work_tree_follows_too(tmp_path: Path) -> None:
    repo = repo_at(tmp_path / "repo", FILES)
    git_cli(tmp_path / "repo", "checkout", "-q", "-b", "other")
    git_cli(tmp_path / "repo", "worktree", "add", "-q", "../linked", "main")
    old, new = landed(repo, moves(repo))
    assert fast_forward(repo, MAIN, old, new) == (tmp_path / "linked",)
    assert git_cli(tmp_path / "linked", "status", "--porcelain") == ""
    assert git_cli(tmp_path / "repo", "status", "--porcelain") == ""
    assert (tmp_path / "repo/old/b.py").exists()


@pytest.mark.parametrize(("linked", "looks"), [(False, 1), (True, 4)])
def test_a_work_tree_that_follows_alone_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool, looks: int
) -> None:
    """Several are all looked at before any of them changes, and each again before it does."""
    repo = repo_at(tmp_path / "repo", FILES)
    if linked:
        git_cli(tmp_path / "repo", "worktree", "add", "-q", "-f", str(tmp_path / "other"), "main")
    asked, plain = list[str](), forward.git

    def counted(place: Place, *words: str, **more: Any) -> Outcome:
        asked.append(words[0])
        return plain(place, *words, **more)

    monkeypatch.setattr(forward, "git", counted)
    old, new = landed(repo, moves(repo))
    assert len(fast_forward(repo, MAIN, old, new)) == 1 + linked
    assert asked.count("ls-files") == looks
    assert status(repo) == ""


def test_a_sparse_checkout_is_left_to_a_person(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    git_cli(tmp_path, "sparse-checkout", "set", "d")
    old, new = landed(repo, moves(repo))
    with pytest.raises(NeedsPerson, match="overlap") as caught:
        fast_forward(repo, MAIN, old, new)
    assert "sparse" in caught.value.why


def test_another_git_at_work_is_respected_and_its_lock_stays(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    old, new = landed(repo, moves(repo))
    (tmp_path / ".git/index.lock").touch()
    with pytest.raises(NeedsPerson) as caught:
        fast_forward(repo, MAIN, old, new)
    assert caught.value.code == "worktree.locked"
    assert (tmp_path / ".git/index.lock").exists()
    assert (tmp_path / "a.py").read_text() == "a = 1\n"


def test_files_and_folders_change_places_and_submodules_follow_in_the_index(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    commit = repo.commit_id("HEAD")
    gitlink = Entry(0o160000, commit)
    changes = {"a.py": None, "a.py/inside": File(b"x"), "old": File(b"now a file\n"), "sub": gitlink}
    old, new = landed(repo, changes)
    fast_forward(repo, MAIN, old, new)
    assert status(repo) == ""
    assert (tmp_path / "a.py/inside").read_text() == "x"
    assert (tmp_path / "old").read_text() == "now a file\n"
    assert (tmp_path / "sub").is_dir()
    back, forth = landed(repo, {"sub": None})
    fast_forward(repo, MAIN, back, forth)
    assert git_cli(tmp_path, "ls-files", "sub") == ""


def test_line_ends_and_filters_are_applied_as_git_applies_them(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {".gitattributes": "*.bat text eol=crlf\n", "x.bat": "one\n"})
    git_cli(tmp_path, "checkout", "-q", "--", "x.bat")
    old, new = landed(repo, {"x.bat": File(b"two\n"), "y.bat": File(b"three\n")})
    fast_forward(repo, MAIN, old, new)
    assert (tmp_path / "x.bat").read_bytes() == b"two\r\n"
    assert (tmp_path / "y.bat").read_bytes() == b"three\r\n"
    assert status(repo) == ""


def test_killed_before_any_single_effect_the_next_call_finishes_the_work(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    (tmp_path / "keep.txt").write_text("mine\n")
    first, number = repo.commit_id(MAIN), 0
    old, new = landed(repo, {**moves(repo), "d": File(b"a file now\n")})
    halves = 0
    while killed_before_effect(number, lambda: fast_forward(repo, MAIN, old, new)):
        halves += status(repo).splitlines() != [" M keep.txt"]
        fast_forward(repo, MAIN, old, new)
        assert status(repo) == " M keep.txt"
        assert no_traces(repo)
        git_cli(tmp_path, "read-tree", "-m", "-u", new, first)
        number += 1
    assert status(repo) == " M keep.txt"
    assert number > 30
    assert halves > 20
