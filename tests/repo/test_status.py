"""What git says about a work tree, asked at once or beside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.repo.git import Place
from laneshift.repo.objects import Repository
from laneshift.repo.snapshot import snapshot
from laneshift.repo.status import Looking, Status, place_above, status
from tests.repo.builders import git_cli


@pytest.fixture
def place(tmp_path: Path) -> Place:
    root = tmp_path / "repo"
    root.mkdir()
    git_cli(root, "init", "-q")
    (root / "a b.py").write_text("a = 1\n")
    git_cli(root, "add", "-A")
    git_cli(root, "commit", "-qm", "first")
    return Place((root / ".git").resolve(), root.resolve())


def root_of(place: Place) -> Path:
    assert place.work_tree is not None
    return place.work_tree


def test_a_clean_work_tree_names_its_commit(place: Place) -> None:
    head = git_cli(root_of(place), "rev-parse", "HEAD").strip()
    assert status(place) == Status(head, (), (), ())
    assert status(place).is_clean


def test_changed_and_untracked_paths_are_told_apart(place: Place) -> None:
    (root_of(place) / "a b.py").write_text("a = 22\n")
    (root_of(place) / "new file.py").write_text("")
    found = status(place)
    assert (found.changed, found.untracked, found.is_clean) == (("a b.py",), ("new file.py",), False)


def test_before_the_first_commit_nothing_is_clean(tmp_path: Path) -> None:
    git_cli(tmp_path, "init", "-q")
    found = status(Place((tmp_path / ".git").resolve(), tmp_path.resolve()))
    assert (found.head, found.is_clean) == (None, False)


def test_asked_beside_the_answer_is_the_same(place: Place) -> None:
    (root_of(place) / "new.py").write_text("")
    with Looking(place) as looking:
        assert looking.status() == status(place)


def test_a_question_that_nobody_waited_for_leaves_no_process(place: Place) -> None:
    with Looking(place) as looking:
        child = looking._begun._child.pid
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_an_answer_about_another_work_tree_does_not_count(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git_cli(tmp_path, "clone", "-q", str(root_of(place)), str(other))
    (root_of(place) / "a b.py").write_text("a = 333\n")
    with Looking(Place((other / ".git").resolve(), other.resolve())) as looking:
        assert snapshot(Repository.open(root_of(place)), looking).read("a b.py") == b"a = 333\n"


def test_what_git_cannot_tell_is_an_error_and_not_an_answer(place: Place) -> None:
    (place.git_dir / "index").write_bytes(b"no index")
    with Looking(place) as looking, pytest.raises(CheckFailed, match="status 128"):
        looking.status()


def test_git_is_begun_only_in_a_plain_repository_of_the_same_user(place: Place, tmp_path: Path) -> None:
    root, user = root_of(place), os.geteuid()
    (root / "deep" / "er").mkdir(parents=True)
    assert place_above(root / "deep" / "er", user) == place
    assert place_above(root, user + 1) is None
    linked = tmp_path / "linked"
    git_cli(root, "worktree", "add", "-q", str(linked))
    assert place_above(linked, user) is None
    (root / "deep" / ".git").mkdir()
    assert place_above(root / "deep" / "er", user) is None


@pytest.mark.parametrize("each", [False, True])
def test_a_snapshot_of_what_was_asked_beside_is_that_of_the_work_tree(place: Place, each: bool) -> None:
    (root_of(place) / "new" / "deep").mkdir(parents=True)
    (root_of(place) / "new" / "deep" / "file.py").write_text("x = 1\n")
    (root_of(place) / "a b.py").write_text("a = 3\n")
    repository = Repository.open(root_of(place))
    with Looking(place, each=each) as looking:
        found = snapshot(repository, looking)
    assert found == snapshot(repository)
    assert [path for path, _ in found.below("")] == ["a b.py", "new/deep/file.py"]
