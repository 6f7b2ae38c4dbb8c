"""Commits that a clone lacks come from its remote, and nothing else of the clone changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.repo.fetching import ensure_commit, has
from laneshift.repo.objects import Repository
from tests.repo.builders import commit_files, git_cli, repo_at

MAIN = "refs/heads/main"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A bare remote's seed, and a clone of the remote."""
    repo_at(tmp_path / "seed", {"a.py": "A = 1\n"})
    git_cli(tmp_path, "clone", "-q", "--bare", "seed", "remote.git")
    git_cli(tmp_path / "seed", "remote", "add", "origin", str(tmp_path / "remote.git"))
    git_cli(tmp_path, "clone", "-q", f"file://{tmp_path}/remote.git", "clone")
    return tmp_path / "seed", tmp_path / "clone"


def branches(path: Path) -> str:
    return git_cli(path, "for-each-ref", "refs/heads", "refs/tags") + git_cli(path, "status", "--porcelain")


@pytest.mark.parametrize("by_id", ["true", "false"])
def test_a_commit_on_the_branch_is_fetched(pair: tuple[Path, Path], by_id: str) -> None:
    seed, clone = pair
    git_cli(seed.parent / "remote.git", "config", "uploadpack.allowAnySHA1InWant", by_id)
    git_cli(clone, "config", "protocol.version", "0")
    wanted = commit_files(seed, {"b.py": "B = 1\n"})
    commit_files(seed, {"c.py": "C = 1\n"})
    git_cli(seed, "push", "-q", "origin", "main")
    before, repository = branches(clone), Repository.open(clone)
    assert not has(repository, wanted)
    ensure_commit(repository, wanted, MAIN)
    assert has(repository, wanted)
    assert branches(clone) == before


def test_a_commit_that_nobody_pushed_is_refused_with_the_cure(pair: tuple[Path, Path]) -> None:
    wanted = commit_files(pair[0], {"b.py": "B = 1\n"})
    with pytest.raises(Refused) as caught:
        ensure_commit(Repository.open(pair[1]), wanted, MAIN)
    assert caught.value.code == "repo.no-such-commit"
    assert "push" in caught.value.cure


@pytest.mark.parametrize(
    "break_it",
    [
        ("remote", "remove", "origin"),
        ("remote", "set-url", "origin", "ext::sh -c touch% /tmp/never"),
        ("remote", "set-url", "origin", "/nowhere/at/all"),
    ],
)
def test_without_a_remote_that_can_be_used_it_is_refused(pair: tuple[Path, Path], break_it: tuple[str, ...]) -> None:
    wanted = commit_files(pair[0], {"b.py": "B = 1\n"})
    git_cli(pair[1], *break_it)
    with pytest.raises(Refused) as caught:
        ensure_commit(Repository.open(pair[1]), wanted, MAIN)
    assert caught.value.code == "repo.no-such-commit"
    assert caught.value.why


def test_what_is_no_id_is_never_given_to_git(pair: tuple[Path, Path]) -> None:
    for wanted in ("--upload-pack=x", "main", "", "0" * 39):
        with pytest.raises(Refused):
            ensure_commit(Repository.open(pair[1]), wanted, MAIN)
