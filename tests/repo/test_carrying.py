"""Folders that move as they are: renamed whole, nothing lost, nothing taken along, the outcome that of a rewrite."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from laneshift.errors import NeedsPerson
from laneshift.repo.differences import changed
from laneshift.repo.objects import Changes, Entry, File, Repository, Tree
from laneshift.repo.placing import Row, facts, in_turn, place, put_back, rows
from laneshift.repo.snapshot import snapshot
from laneshift.repo.writing import apply, bring_about, whole_again
from tests.repo.builders import git_cli, repo_at, write_files
from tests.repo.disk import disk_tree, git_tree
from tests.repo.killed import killed_before_effect
from tests.repo.strategies import trees

FILES = {
    "old/code.py": "import old\n",
    "old/data/one.po": "one\n",
    "old/data/de/two.po": "two\n",
    "old/data/de/three.po": "three\n",
    "old/more/four.txt": "four\n",
    "user.py": "import old\n",
    ".gitignore": "*.log\n",
}
_repositories: dict[str, Repository] = {}


def _moved(tree: Tree, src: str = "old", dst: str = "new/place") -> Changes:
    """Everything below `src`, and two files rewritten."""
    changes: dict[str, File | Entry | None] = {}
    for path, entry in tree.below(src):
        changes |= {path: None, dst + path[len(src) :]: entry}
    if f"{src}/code.py" in tree:
        changes |= {f"{dst}/code.py": File(b"import new.place\n"), "user.py": File(b"import new.place\n")}
    return changes


def _bring(repo: Repository, changes: Changes, tree: Tree, moved: tuple[str, str] = ("old", "new/place")) -> None:
    bring_about(repo, changed(tree, changes), tree, moved)


def _on_disk(root: Path) -> dict[str, tuple[int, bytes]]:
    return {path: facts for path, facts in disk_tree(root).items() if not path.startswith(".git/")}


def _states(root: Path) -> dict[str, tuple[int, int, int]]:
    found = (Path(folder, name) for folder, _, names in os.walk(root) for name in names if ".git/" not in f"{folder}/")
    return {str(path.relative_to(root)): facts(path.lstat()) for path in found}


def test_folders_are_renamed_with_all_that_is_in_them(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    tree, inode = snapshot(repo), (tmp_path / "old/data/de").stat().st_ino
    os.utime(tmp_path / "old/data/one.po", (1, 1))
    tree = snapshot(repo)
    _bring(repo, _moved(tree), tree)
    assert _on_disk(tmp_path) == git_tree(repo, tree.edit(_moved(tree)).oid)
    assert (tmp_path / "new/place/data/de").stat().st_ino == inode
    assert (tmp_path / "new/place/data/one.po").stat().st_mtime > 1
    assert not (tmp_path / "old").exists()
    assert not list((tmp_path / ".git").glob("laneshift-*"))


def test_killed_before_any_single_effect_all_is_put_back_or_done(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    before, states, tree = _on_disk(tmp_path), _states(tmp_path), snapshot(repo)
    wanted = git_tree(repo, tree.edit(_moved(tree)).oid)
    halves = number = done = 0
    while killed_before_effect(number, lambda: _bring(repo, _moved(tree), tree)):
        number += 1
        halves += _on_disk(tmp_path) not in (before, wanted)
        whole_again(repo)
        if _on_disk(tmp_path) == wanted:
            done += 1
            git_cli(tmp_path, "clean", "-fdq")
            git_cli(tmp_path, "restore", ".")
            states = _states(tmp_path)
            snapshot(repo)
        assert _on_disk(tmp_path) == before
        assert _states(tmp_path) == states
        assert not list((tmp_path / ".git").glob("laneshift-*"))
    assert _on_disk(tmp_path) == wanted
    assert number > 20
    assert halves > 5
    assert 0 < done < number


def test_what_was_seen_while_a_folder_was_away_is_not_written_on(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    tree, number = snapshot(repo), 0
    while not (tmp_path / "new/place/data/one.po").exists():
        whole_again(repo)
        assert killed_before_effect(number, lambda: _bring(repo, _moved(tree), tree))
        number += 1
    seen = snapshot(repo)
    assert "new/place/data/one.po" in seen
    with pytest.raises(NeedsPerson) as caught:
        apply(repo, {"user.py": File(b"")}, seen)
    assert caught.value.code == "worktree.put-back"
    assert snapshot(repo) == tree


def _ignored(root: Path) -> None:
    write_files(root, {"old/data/de/mine.log": "mine\n"})


def _empty_folder(root: Path) -> None:
    (root / "old/data/de/empty").mkdir()


def _second_name(root: Path) -> None:
    (root / "outside").hardlink_to(root / "old/data/de/two.po")


def _closed(root: Path) -> None:
    (root / "old/data/de/two.po").chmod(0o600)


def _closed_folder(root: Path) -> None:
    (root / "old/data/de").chmod(0o700)


def _there_already(root: Path) -> None:
    write_files(root, {"new/place/data/de/mine.log": "mine\n"})


def _rules(root: Path) -> None:
    write_files(root, {".git/info/attributes": "new/**/two.po eol=crlf\n"})


def _own_repository(root: Path) -> None:
    write_files(root, {".git/info/exclude": "sub\n", "old/data/de/sub/mine": "mine\n"})
    git_cli(root / "old/data/de/sub", "init", "-q")


CASES = [_ignored, _empty_folder, _second_name, _closed, _closed_folder, _there_already, _rules, _own_repository]


@pytest.mark.parametrize("event", CASES)
def test_a_folder_that_is_not_plain_comes_out_as_if_it_were_written(
    tmp_path: Path, event: Callable[[Path], None]
) -> None:
    outcomes = []
    for name in ("carried", "written"):
        root = tmp_path / name
        repo = repo_at(root, FILES)
        event(root)
        inode, tree = (root / "old/data/de").stat().st_ino, snapshot(repo)
        changes = _moved(tree)
        bring_about(repo, changed(tree, changes), tree, ("old", "new/place") if name == "carried" else None)
        found = _on_disk(root)
        modes = {path: (root / path).lstat().st_mode for path in found}
        links = {path: (root / path).lstat().st_nlink for path in found}
        outcomes.append((found, modes, links))
        assert (root / "new/place/data/de").stat().st_ino != inode
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0]["new/place/data/de/three.po"][1] == b"three\n"


def test_what_is_beside_a_folder_that_is_not_plain_is_carried_all_the_same(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, FILES)
    _ignored(tmp_path)
    inode, tree = (tmp_path / "old/more").stat().st_ino, snapshot(repo)
    _bring(repo, _moved(tree), tree)
    assert (tmp_path / "new/place/more").stat().st_ino == inode
    assert [path for path in _on_disk(tmp_path) if path.startswith("old/")] == ["old/data/de/mine.log"]


@settings(max_examples=30)
@given(inside=trees, after=trees)
def test_it_makes_no_difference_to_what_is_written(
    tmp_path_factory: pytest.TempPathFactory, inside: Changes, after: Changes
) -> None:
    """Any folder, moved while anything else becomes of a part of it, is what `apply` makes of it."""
    if "one" not in _repositories:
        _repositories["one"] = repo_at(tmp_path_factory.mktemp("carried"), {})
    repo = _repositories["one"]
    root, now = repo.common_dir.parent, snapshot(repo)
    gone: dict[str, File | Entry | None] = dict.fromkeys(now.entries)
    now = apply(repo, {**gone, **{f"old/{path}": file for path, file in inside.items()}}, now)
    changes = {**_moved(now), **{f"new/place/x/{path}": file for path, file in after.items()}}
    _bring(repo, changes, now)
    assert _on_disk(root) == git_tree(repo, now.edit(changes).oid)


def _renaming(root: Path) -> tuple[list[Row], list[Row]]:
    """The row that renames `old/data`, and those of what is in it."""
    write_files(root, {"old/data/one.po": "one\n", "old/data/two.po": "two\n"})
    inside = rows(root, [("old/data/one.po", False), ("old/data/two.po", False)])
    return in_turn([Row("new/data", True, moved="old/data", made=facts((root / "old/data").stat()))]), inside


@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_that_somebody_changes_in_the_meantime_stops_it(tmp_path: Path, in_place: bool) -> None:
    root, staging = tmp_path / "root", tmp_path / "staging"
    renaming, inside = _renaming(root)
    staging.mkdir()
    if not in_place:
        (root / "old/data/two.po").unlink()
    (root / "old/data/two.po").write_text("somebody's\n")
    with pytest.raises(NeedsPerson) as caught:
        place(root, staging, renaming, {"old/data": inside})
    assert caught.value.code == "worktree.changed"
    assert put_back(root, staging) == []
    assert {path: data for path, (_, data) in disk_tree(root).items()} == {
        "old/data/one.po": b"one\n",
        "old/data/two.po": b"somebody's\n",
    }


def test_what_came_into_a_folder_that_is_put_back_comes_along(tmp_path: Path) -> None:
    root, staging = tmp_path / "root", tmp_path / "staging"
    renaming, inside = _renaming(root)
    staging.mkdir()
    place(root, staging, renaming, {"old/data": inside})
    write_files(root, {"new/data/two.po": "edited\n", "new/data/mine": "mine\n"})
    for _ in range(2):
        assert put_back(root, staging) == []
        assert {path: data for path, (_, data) in disk_tree(root).items()} == {
            "old/data/mine": b"mine\n",
            "old/data/one.po": b"one\n",
            "old/data/two.po": b"edited\n",
        }


def test_what_came_to_the_old_place_meanwhile_stays_and_is_told(tmp_path: Path) -> None:
    root, staging = tmp_path / "root", tmp_path / "staging"
    renaming, inside = _renaming(root)
    staging.mkdir()
    place(root, staging, renaming, {"old/data": inside})
    write_files(root, {"old/data/mine": "mine\n"})
    assert put_back(root, staging) == ["new/data"]
    assert (root / "old/data/mine").read_text() == "mine\n"
    assert (root / "new/data/one.po").read_text() == "one\n"


def test_nothing_outside_is_reached_through_a_link(tmp_path: Path) -> None:
    root, staging = tmp_path / "root", tmp_path / "staging"
    renaming, inside = _renaming(root)
    staging.mkdir()
    (tmp_path / "outside").mkdir()
    (root / "new").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError, match="new"):
        place(root, staging, renaming, {"old/data": inside})
    assert put_back(root, staging) == []
    assert not list((tmp_path / "outside").iterdir())
    assert (root / "old/data/one.po").read_text() == "one\n"
