"""Which rewritten files count as unreadable: those without a syntax tree, and no other."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.moves import Move, move
from laneshift.code.moves.spans import Source, Span, outside, parses
from laneshift.code.parsing import LARGEST_PARSED
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of

READABLE = [
    "",
    "x = 1\n",
    "nonlocal x\n",
    "return 1\n",
    "def f(a, a): ...\n",
    "x = '\\d'\n",
    "def f():\n    from a import *\n",
]
BROKEN = ["print 1\n", "def f(:\n", "x = 1\n  y = 2\n", "x = '\n", "x = 1\0\n", "(" * 500 + "\n"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("text", [*READABLE, *BROKEN])
def test_a_file_can_be_read_where_it_has_a_syntax_tree(text: str) -> None:
    assert parses(Source(text.encode())) is (text in READABLE)
    if text in READABLE:
        assert ast.parse(text) is not None


def test_only_broken_files_are_conservative_and_what_is_known_is_not_read_again() -> None:
    files = {"good.py": "from a.b.c import f\n", "bad.py": "from a.b.c import f\nprint 1\n"}
    tree = tree_of({**SKELETON, **files})
    result = move(tree, Move("a/b/c.py", "x/y/c.py"))
    assert result.conservative == ("bad.py",)
    assert result._replace(known=lambda asked, path: asked == tree and path == "good.py").conservative == ("bad.py",)
    assert result._replace(known=lambda asked, path: False).conservative == ("bad.py",)
    assert result._replace(known=lambda asked, path: True).conservative == ()


def test_a_huge_file_gets_no_syntax_tree_and_is_told_as_such() -> None:
    text = "import a.b.c\na.b.c.f()\n"
    huge = text + "# " + "x" * LARGEST_PARSED + "\n"
    tree = tree_of({**SKELETON, "huge.py": huge, "small.py": text})
    result = move(tree, Move("a/b/c.py", "x/y/c.py"))
    assert result.conservative == ("huge.py",)
    assert result.tree.read("huge.py").startswith(text.replace("a.b.c", "x.y.c").encode())
    assert result.tree.read("small.py").decode() == text.replace("a.b.c", "x.y.c")


_SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5)), max_size=12)


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


@given(_SPANS, _SPANS)
def test_spans_outside_of_others_are_those_that_touch_none_before_them(
    first: list[tuple[int, int]], then: list[tuple[int, int]]
) -> None:
    spans: list[Span] = []
    for start, size in first:
        new = Span(start, start + size, b"")
        if not any(
            _touch(new, each) or new.start <= each.start <= new.end or each.start <= new.start <= each.end
            for each in spans
        ):
            spans.append(new)
    wanted: list[Span] = []
    extra = [Span(start, start + size + 1, b"x") for start, size in then]
    for each in extra:
        if not any(_touch(each, other) for other in [*spans, *wanted]):
            wanted.append(each)
    assert outside(spans, extra) == wanted


@given(data=st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"a", b"\f"])).map(b"".join), draw=st.data())
def test_lines_are_counted_right_in_whatever_order_they_are_asked_for(data: bytes, draw: st.DataObject) -> None:
    source = Source(data)
    for offset in draw.draw(st.lists(st.integers(0, len(data)))):
        assert source.line(offset) == Source(data).line(offset)
        ends = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        assert source.line(offset) == ends.count(b"\n") + 1
