"""Two processes share the files of a move, and the result is the one that a single process gives."""

from __future__ import annotations

import threading

import pytest

from laneshift.code.moves import Move, MoveResult, move
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of

IMPORTS = ("from a.b import c\n", "import a.b.c\nprint(a.b.c.f)\n", "x = 'a.b.c'\n", "from a.b.c import f\nprint 1\n")
MANY = {f"app{n}.py": IMPORTS[n % 4] for n in range(100)}


def told(result: MoveResult) -> tuple[object, ...]:
    return result.tree.oid, result.edits, result.notices, result.conservative, result.python, result.other


def test_half_of_the_files_elsewhere_gives_the_same_move() -> None:
    tree = tree_of({**SKELETON, **MANY})
    alone, shared = (move(tree, Move("a/b/c.py", "x/y/c.py"), processes=each) for each in (1, 2))
    assert told(shared) == told(alone)
    assert len(alone.python) >= len(MANY)


@pytest.mark.parametrize("back", [False, True])
def test_where_no_copy_can_be_made_the_same_process_does_both_halves(back: bool) -> None:
    tree = tree_of({**SKELETON, **MANY})
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        shared = move(tree, Move("a/b/c.py", "x/y/c.py"), processes=2)
        if back:
            assert move(shared.tree, shared.intent.inverse(), processes=2).tree == tree
    finally:
        done.set()
        other.join()
    assert told(shared) == told(move(tree, Move("a/b/c.py", "x/y/c.py")))
