"""Two processes share the files of a move, and the result is the one that a single process gives."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from laneshift.code.moves import Move, MoveResult, move
from laneshift.code.moves.engine import Outcome, engine
from laneshift.code.moves.shared import _Half, shared_move
from laneshift.code.turns import Turns
from laneshift.repo.objects import Repository, Tree
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of

IMPORTS = ("from a.b import c\n", "import a.b.c\nprint(a.b.c.f)\n", "x = 'a.b.c'\n", "from a.b.c import f\nprint 1\n")
MANY = {f"app{n}.py": IMPORTS[n % 4] for n in range(100)}


def told(result: MoveResult) -> tuple[object, ...]:
    return result.tree.oid, result.edits, result.notices, result.conservative, result.python, result.other


def seen_of(result: MoveResult) -> tuple[object, ...]:
    """What a copy can tell: it has the other half's code by its names."""
    return result.edits, result.notices, result.conservative, sorted(result.python), result.other


def shared(tree: Tree, intent: Move) -> tuple[MoveResult, tuple[object, ...]]:
    """The move that two processes make, and what the copy tells of it."""
    with shared_move(tree, intent, seen_of) as (result, seen):
        return result, seen()


def test_half_of_the_files_elsewhere_gives_the_same_move() -> None:
    tree = tree_of({**SKELETON, **MANY})
    alone = move(tree, Move("a/b/c.py", "x/y/c.py"))
    result, seen = shared(tree, alone.intent)
    assert told(result) == told(alone)
    assert seen == seen_of(alone)
    assert len(alone.python) >= len(MANY)


@pytest.mark.parametrize("back", [False, True])
def test_where_no_copy_can_be_made_the_same_process_does_both_halves(back: bool) -> None:
    tree = tree_of({**SKELETON, **MANY})
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        result, seen = shared(tree, Move("a/b/c.py", "x/y/c.py"))
        if back:
            assert shared(result.tree, result.intent.inverse())[0].tree == tree
    finally:
        done.set()
        other.join()
    assert told(result) == told(move(tree, Move("a/b/c.py", "x/y/c.py")))
    assert seen == seen_of(result)


@pytest.mark.parametrize("at", ["look", "go_on"])
def test_a_copy_that_dies_changes_nothing(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, here = tree_of({**SKELETON, **MANY}), os.getpid()
    does = getattr(_Half, at)

    def dies_elsewhere(half: _Half[object], *told_of: object) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return does(half, *told_of)

    monkeypatch.setattr(_Half, at, dies_elsewhere)
    result, seen = shared(tree, Move("a/b/c.py", "x/y/c.py"))
    alone = move(tree, result.intent)
    assert told(result) == told(alone)
    assert seen == seen_of(alone)


def test_the_copy_reads_what_it_took_no_turn_at_before_the_work_tree_may_change() -> None:
    files = {path: f"# {path}\n{text}" for path, text in MANY.items()}  # no two of them are one blob
    made = tree_of({**SKELETON, **files})
    tree = Repository.open(made.repository.common_dir).tree(made.oid)

    def unread(result: MoveResult) -> list[str]:
        entries = (result.before.entries[path] for path in MANY)
        return [entry.oid for entry in entries if tree.repository.remembered(entry.oid) is None]

    everywhere = list(tree.entries)
    with (
        engine(tree, Move("a/b/c.py", "x/y/c.py"), mentions=lambda _tree, _word: everywhere) as of_move,
        Turns(list(of_move.files())) as turns,
    ):
        for _ in range(20):  # these are the other process's
            next(iter(turns))
        turns.taken.clear()
        half = _Half(of_move, turns, unread)
        half.look()
        assert len(unread(of_move.result(Outcome()))) > 0
        assert half.go_on(Outcome()) == []
