"""Moves that depend on each other: into what another made, through a place that another left, and in circles."""

from __future__ import annotations

import itertools
import re

import pytest

from laneshift.code.moves import Move, move
from laneshift.repo.objects import Tree
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import contents, tree_of

_IMPORTER = "from a.b import c, d\nimport a.b.c, a.b.d\nq = a.b.c.f(), a.b.d.g(), 'a.b.c'\n"
_FILES = {
    **SKELETON,
    "a/b/c.py": "from . import d\nfrom .d import g\n\n\ndef f():\n    return 'f'\n",
    "a/b/d.py": "def g():\n    from .c import f\n    return f\n",
    "app.py": _IMPORTER,
}


def _apply(tree: Tree, moves: list[Move]) -> Tree:
    for each in moves:
        tree = move(tree, each).tree
    return tree


CHAINS = [
    ("through a place that was left", [Move("a/b/c.py", "x/k.py"), Move("a/b/d.py", "a/b/c.py")]),
    ("into a package that was made", [Move("a/b/c.py", "x/new/c.py"), Move("a/b/d.py", "x/new/d.py")]),
    ("onwards", [Move("a/b/c.py", "x/c.py"), Move("x/c.py", "x/y/c.py")]),
    ("into a package that moved", [Move("x/y", "a/z"), Move("a/b/c.py", "a/z/c.py")]),
    ("with its package afterwards", [Move("a/b/c.py", "a/b/deep/c.py"), Move("a/b", "x/b")]),
    ("swapped", [Move("a/b/c.py", "x/t.py"), Move("a/b/d.py", "a/b/c.py"), Move("x/t.py", "a/b/d.py")]),
    ("renamed in case alone", [Move("a/b/c.py", "a/b/C.py"), Move("a/b/d.py", "a/b/D.py")]),
    ("package renamed in case alone", [Move("a/b", "a/B"), Move("a/B/c.py", "x/c.py")]),
]


@pytest.mark.parametrize(("label", "moves"), CHAINS, ids=[label for label, _ in CHAINS])
def test_a_chain_of_moves_leaves_no_old_name_and_can_be_undone(label: str, moves: list[Move]) -> None:
    tree = tree_of(_FILES)
    moved = _apply(tree, moves)
    names = {path.removesuffix(".py").replace("/", ".") for path in contents(moved)}
    gone = {each.src.removesuffix(".py").replace("/", ".") for each in moves} - names
    assert [name for name in gone if re.search(rf"(?<![\w.]){name}(?!\w)", contents(moved)["app.py"])] == [], label
    back = [each.inverse() for each in reversed(moves)]
    assert contents(_apply(moved, back)) == contents(tree)


def test_moves_into_a_package_that_none_has_made_yet_give_one_tree_in_any_order() -> None:
    tree = tree_of(_FILES)
    moves = [Move(f"a/b/{name}.py", f"x/new/deep/{name}.py") for name in ("c", "d", "c2")]
    outcomes = [contents(_apply(tree, list(order))) for order in itertools.permutations(moves)]
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0]["x/new/__init__.py"] == outcomes[0]["x/new/deep/__init__.py"]
    assert "a.b.c" not in outcomes[0]["app.py"]
