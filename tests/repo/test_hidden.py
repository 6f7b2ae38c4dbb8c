"""Changes that git was told not to look at are never written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import NeedsPerson
from laneshift.repo import writing
from laneshift.repo.objects import Repository
from laneshift.repo.snapshot import snapshot
from tests.repo.builders import git_cli


@pytest.fixture
def ground(tmp_path: Path) -> Path:
    git_cli(tmp_path, "init", "-q", "-b", "main")
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("one\n")
    git_cli(tmp_path, "add", "-A")
    git_cli(tmp_path, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one")
    return tmp_path


@pytest.mark.parametrize("switch", ["--skip-worktree", "--assume-unchanged"])
def test_a_hidden_change_stops_the_writing(ground: Path, switch: str) -> None:
    git_cli(ground, "update-index", switch, "a.txt")
    (ground / "a.txt").write_text("mine\n")
    repo = Repository.open(ground)
    with pytest.raises(NeedsPerson, match="nothing was changed") as caught:
        writing.apply(repo, {"a.txt": None, "b.txt": None}, snapshot(repo))
    assert [fault.where for fault in caught.value.faults] == ["a.txt"]
    assert (ground / "a.txt").read_text() == "mine\n"
    assert (ground / "b.txt").exists()


def test_a_hidden_file_that_is_as_committed_or_not_there_stops_nothing(ground: Path) -> None:
    git_cli(ground, "update-index", "--skip-worktree", "a.txt", "b.txt")
    (ground / "b.txt").unlink()
    repo = Repository.open(ground)
    writing.apply(repo, {"a.txt": None, "b.txt": None}, snapshot(repo))
    assert not (ground / "a.txt").exists()
