"""Before a ref moves, everything that it will rely on is on the disk."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from laneshift.errors import CheckFailed
from laneshift.repo import refs
from laneshift.repo.commits import Identity, write_commit
from laneshift.repo.durable import make_durable, sync
from laneshift.repo.objects import File, Repository
from tests.repo.builders import WHEN, repo_at

_events: list[tuple[str, str]] = []
_hooked: list[bool] = []


def opened_for_sync(repo: Repository) -> list[str]:
    """The objects that were opened by path since the last call, as Python's audit events tell."""
    names = [path.removeprefix(f"{repo.common_dir}/objects/") for _, path in _events if "/objects/" in path]
    _events.clear()
    return [name.replace("/", "") for name in names if len(name) == 41]


def watch() -> None:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            _events.append((event, str(arguments[0])))

    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(hook)


def test_a_swap_syncs_the_commit_and_all_that_is_new_below_it_once(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a/b": "1", "c/d": "2"})
    head = repo.commit_id("HEAD")
    tree = repo.tree("HEAD").edit({"a/new": File(b"new")})
    commit = write_commit(repo, tree.oid, [head], "x", Identity("a", "a@b"), WHEN)
    folder = repo.folders.find(tree.oid, "a")
    assert folder is not None
    watch()
    _events.clear()
    refs.swap(repo, [refs.RefUpdate("refs/heads/main", head, commit)])
    assert set(opened_for_sync(repo)) == {commit, tree.oid, folder.oid, tree.entries["a/new"].oid}
    assert make_durable(repo, [commit]) == 0
    assert opened_for_sync(repo) == []
    assert make_durable(repo, []) == 0


def test_an_incomplete_history_is_never_called_durable(tmp_path: Path) -> None:
    repo = repo_at(tmp_path, {"a": "1"})
    head = repo.commit_id("HEAD")
    tree = repo.tree("HEAD").edit({"b": File(b"lost")})
    commit = write_commit(repo, tree.oid, [head], "x", Identity("a", "a@b"), WHEN)
    lost = tree.entries["b"].oid
    (repo.common_dir / "objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(CheckFailed) as caught:
        make_durable(repo, [commit])
    assert lost in caught.value.why


def test_sync_fails_loudly_for_what_is_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sync([tmp_path / "gone"])
