"""With an index the notices are those without one, whatever the files are called."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.index import Index
from laneshift.code.moves import Move, move
from laneshift.code.moves.notices import look_ahead
from laneshift.repo.objects import File, Tree
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of

_TEXTS = ["a.b.c", "x.y.c", "c", '"c"', "b c", "{n}.c'", "%s.c'", "a.b.'", "import a.b.c\n", "y", "labs.json", "\0"]
_PATHS = [
    "q.json",
    "q.js",
    "q.pkl",
    "q.txt",
    "q",
    ".q",
    "q.pyx",
    "q.ipynb",
    "q.PY",
    "q.py",
    "Dockerfile",
    "b/q.unknown",
]
_FILES = st.dictionaries(st.sampled_from(_PATHS), st.lists(st.sampled_from(_TEXTS), max_size=4).map(" ".join))
_MOVES = [("a/b/c.py", "x/y/c.py"), ("a/b/c.py", "c.py"), ("a/b", "x/bb"), ("a/b/c.py", "a/b/other.py")]


@pytest.mark.parametrize(("src", "dst"), _MOVES)
@settings(max_examples=30, deadline=None, derandomize=True)
@given(files=_FILES)
def test_notices_are_the_same_with_and_without_an_index(src: str, dst: str, files: dict[str, str]) -> None:
    tree = tree_of(SKELETON).edit({path: File(text.encode()) for path, text in files.items()})
    index = Index.open(tree.repository)
    intent = Move(src, dst)
    assert move(tree, intent, mentions=index.mentions).notices == move(tree, intent).notices


@pytest.mark.parametrize(("src", "dst"), _MOVES)
def test_what_notices_ask_of_an_index_can_be_asked_ahead(src: str, dst: str) -> None:
    tree = tree_of({**SKELETON, **{path: f"a.b.c\n'c' {path}\n" for path in _PATHS}})
    index, asked = Index.open(tree.repository), list[str]()

    def mentions(asked_of: Tree, word: str) -> Iterable[str]:
        asked.append(word)
        return index.mentions(asked_of, word)

    result = move(tree, Move(src, dst), mentions=mentions)
    asked.clear()
    assert len(result.notices) > 0
    of_notices = set(asked)
    asked.clear()
    look_ahead(tree, result.old_name, result.new_name, mentions)
    assert set(asked) == of_notices
