"""Symlinks are answered for as files are."""

from __future__ import annotations

from pathlib import Path

import pygit2

from laneshift.code.index import Index
from laneshift.code.moves import Move, move
from laneshift.repo.objects import MODE_SYMLINK, File, Repository, Tree


def _tree(path: Path) -> Tree:
    pygit2.init_repository(str(path))
    repository = Repository.open(path)
    return repository.empty_tree().edit(
        {
            "labs/__init__.py": File(b""),
            "labs/rank.py": File(b"ONE = 1\n"),
            "core/__init__.py": File(b""),
            "app.py": File(b"import labs.rank\n"),
            "shortcut.py": File(b"labs/rank.py", MODE_SYMLINK),
            "elsewhere.py": File(b"app.py", MODE_SYMLINK),
        }
    )


def test_a_link_that_leads_to_the_name_is_mentioned(tmp_path: Path) -> None:
    tree = _tree(tmp_path)
    index = Index.open(tree.repository)
    assert index.mentions(tree, "rank") == ("app.py", "shortcut.py")
    index.refresh(tree)
    assert index.mentions(tree, "rank") == ("app.py", "shortcut.py")
    assert index.mentions(tree, "nowhere") == ()


def test_the_index_changes_nothing_about_a_move(tmp_path: Path) -> None:
    tree = _tree(tmp_path)
    index = Index.open(tree.repository)
    index.refresh(tree)
    intent = Move("labs/rank.py", "core/rank.py")
    with_index = move(tree, intent, mentions=index.mentions).tree
    assert with_index == move(tree, intent).tree
    assert with_index.read("shortcut.py") == b"core/rank.py"


def test_an_index_knows_a_tree_once_most_of_it_is_indexed(tmp_path: Path) -> None:
    tree = _tree(tmp_path)
    assert not Index.open(tree.repository).knows(tree)
    Index.open(tree.repository).refresh(tree)
    assert Index.open(tree.repository).knows(tree)
    other = tree.repository.empty_tree().edit({f"m{number}.py": File(b"# %d\n" % number) for number in range(9)})
    assert not Index.open(tree.repository).knows(other)
