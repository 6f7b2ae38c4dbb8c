"""What is quick to tell about an import statement never hides one that the move concerns."""

from __future__ import annotations

import ast
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.moves.answers import answers, may_answer
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.froms import concerns, rewrite
from laneshift.code.moves.imports import import_spans
from laneshift.code.moves.light import find_statements
from laneshift.code.moves.lines import joined, may_be_joined, place_of
from laneshift.code.moves.regions import regions

_LINES = st.sampled_from(
    [
        "from a.b import c",
        "from a.b import d, c",
        "from  a.x import c",
        "from a import b",
        "from . import c",
        "from .c import f",
        "from .b.c import f",
        "from ..b import c  # noqa: F401",
        "from z import c",
        "import  c",
        "import a.b.c",
        "x = 1",
        "# from a.b import c",
        "    from a.x import c",
    ]
)
_JOINTS = st.sampled_from(
    ["\n", "\n\n", "\n\n\n", " ; ", "\r\n\r\n", "\r\r", "  # why\n\n", "\n\n    ", "\nx\n\n", "\n \n"]
)
_TEXTS = st.lists(st.tuples(_LINES, _JOINTS), min_size=1, max_size=6).map(
    lambda drawn: "".join(line + joint for line, joint in drawn).encode()
)
_FRAMES = st.builds(
    Frame,
    old=st.sampled_from(["a.b.c", "c", "a.b"]),
    new=st.sampled_from(["a.x.c", "c", "a.b.d", "q"]),
    package_before=st.sampled_from(["", "a", "a.b", "z"]),
    package_after=st.sampled_from(["", "a", "a.b", "z"]),
    hidden=st.booleans(),
    moves=st.booleans(),
)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(_TEXTS, _FRAMES)
def test_a_statement_that_is_passed_over_is_one_that_stays(data: bytes, frame: Frame) -> None:
    statements = find_statements(data, regions(data))
    for statement in statements:
        if statement.is_from and not concerns(statement, frame):
            assert rewrite(data, statement, frame, b"") is None
    for first, second in pairwise(statements):
        if not may_be_joined(data, first, second):
            for single_line in (False, True):
                place = place_of(data, first.start, first.end, single_line=single_line)
                assert not joined(data, place, first.end, second.start)


_GIVEN = ["'a.b.c'", 'u"c"', "('c')", "'a.' 'b'", "name", "self.name", "name, {}, {}, last", "", "name='c'", "f(x)"]
_CALLS = st.builds(
    str.format,
    st.sampled_from(
        [
            *("__import__({})", "__import__ ( {} )", "(__import__)({})", "m.__import__(\n{}\n)"),
            *("__import__ \\\n({})", "[__import__, __import__({})]", "f'{{__import__({})}}'"),
            *("'__import__'", "g(__import__)", "my__import__({})"),
        ]
    ),
    st.sampled_from(_GIVEN),
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_CALLS, min_size=1, max_size=3))
def test_a_file_that_is_said_to_hold_no_answer_holds_none(calls: list[str]) -> None:
    text = "".join(f"q = {call}\n" for call in calls)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    assert may_answer(text.encode()) or not list(answers(tree))


def test_a_name_that_only_the_run_knows_needs_no_tree() -> None:
    assert not may_answer(b"m = __import__(test_module_name, {}, {}, test_path[-1])\n# by __import__.\n")
    assert not may_answer(b"backend = __import__(self.package)\n")
    assert may_answer(b"__import__(name)\n__import__('a.b')\n")


def test_quick_looks_are_worth_something() -> None:
    data = b"from z import q\nfrom y import q\n\nfrom x import q\n"
    first, second, third = find_statements(data, regions(data))
    frame = Frame("a.b.c", "a.x.c")
    assert not concerns(first, frame)
    assert not may_be_joined(data, first, second)
    assert may_be_joined(data, second, third)
    assert import_spans(data, [first, second, third], frame) == []
