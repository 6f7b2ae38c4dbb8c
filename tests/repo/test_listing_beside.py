"""A tree that is listed by how it differs from a commit is listed as its own objects have it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.repo.folders import MODE_EXECUTABLE, MODE_FILE, MODE_SUBMODULE, MODE_SYMLINK, Entry
from laneshift.repo.git import Place
from laneshift.repo.listing_beside import Listing
from laneshift.repo.objects import Changes, File, Repository
from laneshift.repo.tree_listing import list_beside
from tests.repo.builders import git_cli, repo_at

_ODD = os.fsdecode(b"odd\xff\tname\nhere/x y.py")
_PATHS = ("a.py", "a/b.py", "a-b.py", "a.d/c", "b/c/run", "b.d", "sub", "\U0001f600/x", "\ue000", _ODD, "z/z")
_NEW = {
    **{f"file {at}": File(bytes([at]), mode) for at, mode in enumerate((MODE_FILE, MODE_EXECUTABLE, MODE_SYMLINK))},
    "submodule": Entry(MODE_SUBMODULE, "1" * 40),
    "nothing": None,
}
_SUBMODULE = Entry(MODE_SUBMODULE, "2" * 40)
_FIRST: Changes = {"a.py": File(b"a"), "b/c/run": File(b"run", MODE_EXECUTABLE), "b.d": File(b"a.py", MODE_SYMLINK)}
_START: Changes = {**_FIRST, _ODD: File(b""), "sub": _SUBMODULE, "a/b.py": File(b"b"), "z/z": File(b"z")}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose commit holds every kind of entry."""
    path = tmp_path_factory.mktemp("listed")
    repository = repo_at(path, {"first.py": ""})
    tree = repository.tree("HEAD").edit(_START)
    commit = git_cli(path, "commit-tree", "-m", "all kinds", tree.oid).strip()
    git_cli(path, "update-ref", "HEAD", commit)
    return path


def head_of(root: Path) -> str:
    return git_cli(root, "rev-parse", "HEAD").strip()


@given(changes=st.dictionaries(st.sampled_from(_PATHS), st.sampled_from(sorted(_NEW)), max_size=6))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_every_difference_is_told(root: Path, changes: dict[str, str]) -> None:
    asked = {path: _NEW[name] for path, name in changes.items() if not _clashes(path, changes)}
    made = Repository.open(root).tree("HEAD").edit(asked)
    fresh = Repository.open(root).tree(made.oid)
    with Listing(Place(root / ".git"), head_of(root)) as listing:
        list_beside(fresh, listing)
        assert fresh.repository.folders.knows(fresh.oid)
        assert fresh.below("") == Repository.open(root).tree(made.oid).below("")


def _clashes(path: str, changes: dict[str, str]) -> bool:
    """Whether a path would be a file and a folder at once."""
    return any(other.startswith(f"{path}/") or path.startswith(f"{other}/") for other in changes if other != path)


def test_a_commit_that_git_cannot_list_leaves_it_to_the_objects(root: Path) -> None:
    tree = Repository.open(root).tree("HEAD")
    expected = tree.below("")
    fresh = Repository.open(root).tree(tree.oid)
    with Listing(Place(root / ".git"), "0" * 40) as listing:
        assert listing.told() is None
        list_beside(fresh, listing)
        assert not fresh.repository.folders.knows(fresh.oid)
        assert fresh.below("") == expected


def test_a_listing_that_is_expected_and_does_not_come_is_read_from_the_objects(root: Path) -> None:
    tree = Repository.open(root).tree("HEAD")
    expected = tree.below("")
    fresh = Repository.open(root).tree(tree.oid)
    fresh.repository.folders.expect(fresh.oid, lambda: None)
    assert fresh.below("") == expected
