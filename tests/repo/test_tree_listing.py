"""What git lists of a tree is what its own objects say."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from laneshift.errors import Refused
from laneshift.repo.folders import MODE_EXECUTABLE, MODE_SUBMODULE, MODE_SYMLINK, Entry
from laneshift.repo.objects import File, Repository
from laneshift.repo.tree_listing import list_by_git
from tests.repo.builders import git_cli

_ODD = os.fsdecode(b"odd\xff\tname\nhere/x y.py")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git_cli(tmp_path, "init", "-q")
    return tmp_path


def test_every_kind_of_entry_is_listed_as_the_objects_have_it(root: Path) -> None:
    kept = Repository.open(root)
    files = {"a.py": File(b"a"), "b/c/run": File(b"run", MODE_EXECUTABLE), "b.d": File(b"../a.py", MODE_SYMLINK)}
    tree = kept.empty_tree().edit({**files, _ODD: File(b""), "sub": Entry(MODE_SUBMODULE, "1" * 40)})
    expected = tree.below("")
    fresh = Repository.open(root).tree(tree.oid)
    list_by_git(fresh)
    (root / ".git" / "objects").rename(root / "away")
    assert fresh.below("") == expected, "nothing but what git said can have told it: the objects are away"
    assert {entry.mode for _, entry in expected} == {0o100644, MODE_EXECUTABLE, MODE_SYMLINK, MODE_SUBMODULE}
    assert _ODD in [path for path, _ in expected]


def test_an_empty_tree_has_nothing(root: Path) -> None:
    tree = Repository.open(root).empty_tree()
    list_by_git(tree)
    assert tree.below("") == ()


def test_a_tree_that_git_cannot_list_tells_what_is_missing_when_it_is_looked_at(root: Path) -> None:
    made = Repository.open(root).empty_tree().edit({"a/b.py": File(b"b")})
    fresh = Repository.open(root).tree(made.oid)
    shutil.rmtree(root / ".git" / "objects")
    (root / ".git" / "objects").mkdir()
    list_by_git(fresh)
    with pytest.raises(Refused) as refused:
        fresh.below("")
    assert refused.value.code == "repo.missing-object"
