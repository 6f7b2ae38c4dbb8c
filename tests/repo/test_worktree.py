"""The user's work tree: seen as it is, written as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings

from laneshift.errors import CheckFailed, NeedsPerson, Refused
from laneshift.repo.objects import Changes, Entry, File, Repository
from laneshift.repo.worktree import apply, checked_out_at, is_checked_out, snapshot, work_trees
from laneshift.repo.writing import whole_again
from tests.repo.builders import git_cli, repo_at, write_files
from tests.repo.disk import disk_tree, git_tree
from tests.repo.killed import killed_before_effect
from tests.repo.strategies import trees

FILES = {"a.py": "a = 1\n", "pkg/b.py": "b = 1\n", "pkg/c.py": "c = 1\n", ".gitignore": "*.log\n"}
_repositories: dict[str, Repository] = {}


def on_disk(root: Path) -> dict[str, tuple[int, bytes]]:
    return {path: facts for path, facts in disk_tree(root).items() if not path.startswith(".git/")}


def test_a_snapshot_is_what_git_would_commit_and_the_index_stays(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    write_files(
        tmp_path, {"a.py": "a = 2\n", "new/x y.py": "new", "ignored.log": "no", "pkg/b.py": None, "staged": "one"}
    )
    git_cli(tmp_path, "add", "staged")
    write_files(tmp_path, {"staged": "two"})
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "pkg/c.py").chmod(0o755)
    git_cli(tmp_path, "init", "-q", "nested")
    write_files(tmp_path, {"nested/inside": "x"})
    status = git_cli(tmp_path, "status", "--porcelain")
    index = (tmp_path / ".git/index").read_bytes()
    found = {path: (entry.mode, repo.blob(entry.oid)) for path, entry in snapshot(repo).entries.items()}
    assert found == {
        ".gitignore": (0o100644, b"*.log\n"),
        "a.py": (0o100644, b"a = 2\n"),
        "link": (0o120000, b"/etc/passwd"),
        "new/x y.py": (0o100644, b"new"),
        "pkg/c.py": (0o100755, b"c = 1\n"),
        "staged": (0o100644, b"two"),
    }
    assert (tmp_path / ".git/index").read_bytes() == index
    assert git_cli(tmp_path, "status", "--porcelain") == status
    assert snapshot(repo) == snapshot(repo)


def test_an_edit_of_the_same_size_in_the_same_moment_is_seen(tmp_path: Path) -> None:
    for number in range(5):
        repo = repo_at(tmp_path / str(number), FILES)
        (tmp_path / str(number) / "a.py").write_text("a = 9\n")
        assert snapshot(repo).read("a.py") == b"a = 9\n"


def test_where_no_snapshot_can_be_taken_it_is_said(tmp_path: Path) -> None:
    repo = repo_at(tmp_path / "repo", FILES)
    git_cli(tmp_path, "clone", "-q", "--bare", "repo", "bare")
    with pytest.raises(Refused) as bare:
        snapshot(Repository.open(tmp_path / "bare"))
    assert bare.value.code == "worktree.bare"
    root = tmp_path / "repo"
    git_cli(root, "checkout", "-q", "-b", "side")
    write_files(root, {"a.py": "a = 'side'\n"})
    git_cli(root, "commit", "-qam", "side")
    git_cli(root, "checkout", "-q", "main")
    write_files(root, {"a.py": "a = 'main'\n"})
    git_cli(root, "commit", "-qam", "main")
    git_cli(root, "merge", "-q", "side", check=False)
    with pytest.raises(NeedsPerson) as unmerged:
        snapshot(repo)
    assert unmerged.value.code == "worktree.unmerged"
    assert "a.py" in unmerged.value.what


def test_an_empty_repository_has_a_snapshot(tmp_path: Path) -> None:
    git_cli(tmp_path, "init", "-q", "-b", "main", ".")
    repo = Repository.open(tmp_path)
    assert snapshot(repo) == repo.empty_tree()
    write_files(tmp_path, {"a": "1"})
    assert list(snapshot(repo).entries) == ["a"]


def test_changes_are_written_and_the_index_is_not(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    (tmp_path / "a.py").chmod(0o600)
    write_files(tmp_path, {"mine.txt": "untracked\n"})
    index = (tmp_path / ".git/index").read_bytes()
    before = snapshot(repo)
    changes: Changes = {
        "a.py": File(b"a = 2\n"),
        "core/deep/b.py": before.entries["pkg/b.py"],
        "pkg/b.py": None,
        "pkg/c.py": None,
        "run": File(b"#!/bin/sh\n", 0o100755),
        "link": File(b"../outside", 0o120000),
    }
    after = apply(repo, changes, before)
    assert snapshot(repo) == after
    assert not (tmp_path / "pkg").exists()
    assert (tmp_path / "a.py").stat().st_mode & 0o777 == 0o600
    assert os.access(tmp_path / "run", os.X_OK)
    assert (tmp_path / ".git/index").read_bytes() == index
    assert not list((tmp_path / ".git").glob("laneshift-*"))
    assert apply(repo, {}, after) == after


@settings(max_examples=30)
@given(old=trees, new=trees)
def test_any_tree_can_become_any_other(tmp_path_factory: pytest.TempPathFactory, old: Changes, new: Changes) -> None:
    if "one" not in _repositories:
        _repositories["one"] = repo_at(tmp_path_factory.mktemp("apply"), {})
    repo = _repositories["one"]
    root, now = repo.common_dir.parent, snapshot(repo)
    for wanted in (old, new):
        gone: dict[str, File | Entry | None] = dict.fromkeys(now.entries)
        now = apply(repo, {**gone, **wanted}, now)
        assert on_disk(root) == git_tree(repo, now.oid)
    assert snapshot(repo) == now


def _changed(root: Path) -> None:
    write_files(root, {"a.py": "mine\n"})


def _appeared(root: Path) -> None:
    write_files(root, {"new/x.py": "mine\n"})


def _ignored(root: Path) -> None:
    write_files(root, {".git/info/exclude": "new/\n", "new/x.py": "mine\n"})


def _gone(root: Path) -> None:
    (root / "pkg/b.py").unlink()


def _mode(root: Path) -> None:
    (root / "a.py").chmod(0o755)


def _linked_folder(root: Path) -> None:
    write_files(root, {".git/info/exclude": "new\n"})
    (root.parent / "outside").mkdir()
    (root / "new").symlink_to(root.parent / "outside")


def _file_above(root: Path) -> None:
    write_files(root, {".git/info/exclude": "new\n", "new": "mine\n"})


def _folder_in_the_way(root: Path) -> None:
    write_files(root, {".git/info/exclude": "mine\n", "new/x.py/mine": "mine\n"})


@pytest.mark.parametrize(
    "event", [_changed, _appeared, _ignored, _gone, _mode, _linked_folder, _file_above, _folder_in_the_way]
)
def test_a_work_tree_that_is_not_as_expected_is_left_alone(tmp_path: Path, event: object) -> None:
    assert callable(event)
    root = tmp_path / "repo"
    repo = repo_at(root, FILES)
    expected = snapshot(repo)
    (root / ".git/info").mkdir(exist_ok=True)
    event(root)
    before = on_disk(root)
    changes: Changes = {"a.py": File(b"a = 2\n"), "pkg/b.py": None, "new/x.py": File(b"x")}
    with pytest.raises(NeedsPerson) as caught:
        apply(repo, changes, expected)
    assert caught.value.code == "worktree.differs"
    assert len(caught.value.faults) == 1
    assert on_disk(root) == before
    assert not list(tmp_path.glob("outside/*"))


def test_changes_elsewhere_do_not_matter(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    expected = snapshot(repo)
    write_files(tmp_path, {"pkg/c.py": "mine\n"})
    apply(repo, {"a.py": File(b"a = 2\n")}, expected)
    assert (tmp_path / "pkg/c.py").read_text() == "mine\n"
    assert (tmp_path / "a.py").read_text() == "a = 2\n"


def test_when_one_write_fails_everything_is_as_before(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    (tmp_path / "zz").mkdir()
    (tmp_path / "zz/empty").mkdir()
    (tmp_path / "zz/empty/deeper").mkdir()
    before, expected = on_disk(tmp_path), snapshot(repo)
    stamps = {path: (tmp_path / path).stat().st_ino for path in FILES}
    changes: Changes = {"a.py": File(b"2"), "pkg/b.py": None, "pkg/c.py": None, "n/x": File(b""), "zz/empty": File(b"")}
    with pytest.raises(CheckFailed) as caught:
        apply(repo, changes, expected)
    assert caught.value.code == "worktree.not-written"
    assert "not empty" in caught.value.why
    assert on_disk(tmp_path) == before
    assert {path: (tmp_path / path).stat().st_ino for path in FILES} == stamps
    assert not list((tmp_path / ".git").glob("laneshift-*"))


def test_hostile_changes_and_submodules_are_refused(tmp_path: Path) -> None:
    repo = repo_at(tmp_path / "repo", FILES)
    before = snapshot(repo)
    for path in ("../evil", "/etc/evil", ".git/hooks/pre-commit", "a/../../evil"):
        with pytest.raises(Refused):
            apply(repo, {path: File(b"x")}, before)
    with pytest.raises(Refused) as caught:
        apply(repo, {"sub": Entry(0o160000, repo.commit_id("HEAD"))}, before)
    assert caught.value.code == "worktree.submodule"
    assert not (tmp_path / "evil").exists()
    assert snapshot(repo) == before


def test_killed_before_any_single_effect_the_next_call_puts_everything_back(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {f"d{n % 5}/f{n}.py": f"x = {n}\n" for n in range(10)})
    before, tree = on_disk(tmp_path), snapshot(repo)
    changes: Changes = {
        "d0/f0.py": None,
        "d0/f5.py": None,
        "d1/f1.py": File(b"new"),
        "x/y.py": File(b"x"),
        "d2": File(b"file now"),
        "d3/f3.py": None,
        "d3/f3.py/inside": File(b"i"),
        "d1/link": File(b"..", 0o120000),
    }
    halves = number = 0
    while killed_before_effect(number, lambda: apply(repo, changes, tree)):
        halves += on_disk(tmp_path) != before
        written = on_disk(tmp_path).get("x/y.py")
        apply(repo, {}, tree)
        if (tmp_path / "x/y.py").exists():
            assert written is not None
            git_cli(tmp_path, "clean", "-fdq")
            git_cli(tmp_path, "restore", ".")
        assert on_disk(tmp_path) == before
        number += 1
    assert number > 30
    assert halves > 10


def half_written(repo: Repository, root: Path) -> None:
    """Kill a writing of four new files when three of them are there."""
    before, number = snapshot(repo), 0
    changes: Changes = {f"new/{n}.py": File(b"") for n in range(4)}
    while not (root / "new/2.py").exists():
        whole_again(repo)
        assert killed_before_effect(number, lambda: apply(repo, changes, before))
        number += 1


def test_what_was_seen_before_a_killed_writing_was_put_back_is_not_written_on(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    half_written(repo, tmp_path)
    seen = snapshot(repo)
    assert "new/1.py" in seen
    with pytest.raises(NeedsPerson) as caught:
        apply(repo, {"pkg/b.py": File(b"b = 2\n")}, seen)
    assert caught.value.code == "worktree.put-back"
    assert set(on_disk(tmp_path)) == set(FILES)
    assert (tmp_path / "pkg/b.py").read_text() == "b = 1\n"
    assert not whole_again(repo)
    apply(repo, {"pkg/b.py": File(b"b = 2\n")}, snapshot(repo))
    assert (tmp_path / "pkg/b.py").read_text() == "b = 2\n"


def test_the_work_tree_is_whole_again_before_it_is_looked_at(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    before = snapshot(repo)
    half_written(repo, tmp_path)
    assert whole_again(repo)
    assert snapshot(repo) == before


def test_who_has_a_branch_checked_out(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    repo = repo_at(root, FILES)
    git_cli(root, "branch", "side")
    git_cli(root, "worktree", "add", "-q", "../linked", "side")
    git_cli(root, "worktree", "add", "-q", "--detach", "../detached")
    git_cli(root, "worktree", "add", "-q", "-b", "gone", "../gone")
    (tmp_path / "gone").rename(tmp_path / "moved away")
    from_linked = Repository.open(tmp_path / "linked")
    for view in (repo, from_linked):
        assert [tree.path for tree in checked_out_at(view, "refs/heads/main")] == [root]
        assert [tree.path for tree in checked_out_at(view, "refs/heads/side")] == [tmp_path / "linked"]
        assert not is_checked_out(view, "refs/heads/gone")
        assert [tree.path for tree in work_trees(view)] == [root, tmp_path / "detached", tmp_path / "linked"]


def test_a_branch_that_is_being_rebased_counts_as_checked_out(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    git_cli(tmp_path, "checkout", "-q", "-b", "side")
    write_files(tmp_path, {"a.py": "a = 'side'\n"})
    git_cli(tmp_path, "commit", "-qam", "side")
    git_cli(tmp_path, "checkout", "-q", "main")
    write_files(tmp_path, {"a.py": "a = 'main'\n"})
    git_cli(tmp_path, "commit", "-qam", "main")
    git_cli(tmp_path, "rebase", "-q", "main", "side", check=False)
    (found,) = checked_out_at(repo, "refs/heads/side")
    assert (found.head, found.half_done) == (None, "a rebase")
    assert not is_checked_out(repo, "refs/heads/main")
