"""Files whose every mention stands in an import statement: read in part, edited as if they had been read as a whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.moves import python
from laneshift.code.moves.frame import Frame
from laneshift.code.moves.intent import Move
from laneshift.code.moves.light import find_statements
from laneshift.code.moves.only_imports import only_imports
from laneshift.code.moves.paths import Paths
from laneshift.code.moves.regions import regions
from laneshift.code.moves.site import Site
from laneshift.code.moves.spans import Source, Span, parse
from laneshift.code.moves.texts import Texts

_SITE = Site(Move("a/b/c.py", "a/x/c.py"), False, "", "", "a.b.c", "a.x.c", {"a/b/c.py": "a/x/c.py"}, (), (), {})
_LINES = st.sampled_from(
    [
        *("from a.b import c", "from a.b import d, c", "from a.b import d", "from a.b  import d", "from a.x import e"),
        *("from a.b.c import f", "from  a.b.c import f", "from .b import c", "from .c import f", "from ..b import c"),
        *("from a.b import (\n    d,\n    c,\n)", "from a.b import (d, c)  # why", "from a.b import (  # c\n    d)"),
        *("from a.b \\\n    import c", "from z import c", "import a.b.c", "import a.b.c as c", "import  a.b.c"),
        *("if z: from a.b import c", "x = c", "x = 1", "f(\n    a.b.c)", "# from a.b import c", "# c", "z = a", ""),
        *("'''", '"""', "'''from a.b import c'''", "'a.b.c'", "\"from a.b import c\"", "x = (yield", "    )", "\\"),
        *("__import__('a.b.c')", "    from a.b import c", "\tfrom a.b.c import f"),
        *("from a.b import c as d", "cimport a.b.c", "import z", "cd = a_c", "z.cd()"),
        *("'a.b.cd'", "'z\\nc'", "import a"),
    ]
)  # fmt: skip
_JOINTS = st.sampled_from(
    [
        "\n",
        "\n",
        "\n",
        "\n\n",
        "\n\n",
        "\n\n\n",
        " ; ",
        "; ",
        "\r\n",
        "\r\n\r\n",
        "\r\r",
        "  # why\n\n",
        "\n\n    ",
        "\\\n",
    ]
)
_NAMED = re.compile(rb"(?<![A-Za-z0-9_])c(?![A-Za-z0-9_])")
_TEXTS = st.lists(st.tuples(_LINES, _JOINTS), min_size=1, max_size=7).map(
    lambda drawn: "".join(line + joint for line, joint in drawn).encode()
)
_FRAMES = st.builds(
    Frame,
    old=st.just("a.b.c"),
    new=st.sampled_from(["a.x.c", "a.b.d", "q", "a.b.c2"]),
    package_before=st.sampled_from(["", "a", "a.b", "z", "a.b.c"]),
    package_after=st.sampled_from(["", "a", "a.b", "z"]),
    hidden=st.booleans(),
    moves=st.booleans(),
    is_init=st.booleans(),
)


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(_TEXTS, _FRAMES)
def test_a_file_read_in_part_gets_the_edits_of_one_read_as_a_whole(data: bytes, frame: Frame) -> None:
    job = python.Job("z.py", frame, Texts(frame), Paths(_SITE))
    quick = python.light_spans(Source(data), job)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(python, "_mentions_alone", lambda *_: None)
        assert quick == python.light_spans(Source(data), job)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(_TEXTS, _FRAMES)
def test_a_file_read_without_a_tree_gets_the_edits_that_a_tree_gives(data: bytes, frame: Frame) -> None:
    job = python.Job("z.py", frame, Texts(frame), Paths(_SITE))
    light, tree = python.light_spans(Source(data), job), parse(Source(data))
    if light is not None and tree is not None:
        assert light == python.python_spans(Source(data), tree, job)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(_TEXTS)
def test_what_is_found_in_part_is_found_in_the_whole(data: bytes) -> None:
    found = only_imports(data, regions(data), b"c")
    if found is not None:
        every = find_statements(data, regions(data))
        assert [each for each in every if each in found] == found
        named = {each.start for each in every if _NAMED.search(data, each.start, each.end)}
        assert named <= {each.start for each in found}


@pytest.mark.parametrize(
    ("text", "many"),
    [
        (b"import os\n\nfrom a.b import c\nfrom a.b import d\n", 2),
        (b"from a.b import c\n\nfrom a.b import d\n\nfrom a.b import e\n", 3),
        (b"'''Prose.'''\n\nfrom a.b import (\n    c,\n)\n", 1),
        (b"from a.b import c ; from a.b import d\n", 2),
        (b"x = 1\n", 0),
        (b"from a.b import c\n\ncd = a_c = 'cd'\n", 1),
    ],
)
def test_neighbours_come_along(text: bytes, many: int) -> None:
    found = only_imports(text, regions(text), b"c")
    assert found is not None
    assert len(found) == many


@pytest.mark.parametrize(
    "text",
    [
        b"from a.b import c\nc.f()\n",
        b"from a.b import c\nx = '\\nc'\n",
        b"from a.b import c  # c\n",
        b"from a.b import (  # c\n    d)\n",
        b"'''\nfrom a.b import c\n'''\n",
        b"x = 1; from a.b import c\n",
        b"from z import (\n    d\n)\n\nfrom a.b import c\n",
        b"from a \\\n  import c\n",
    ],
)
def test_what_takes_more_than_a_look_is_left_to_the_thorough_way(text: bytes) -> None:
    assert only_imports(text, regions(text), b"c") is None


def test_most_files_go_the_quick_way() -> None:
    data = b'"""What it does."""\n\nimport os\n\nfrom a.b import d\nfrom a.b.c import f\n\n\ndef g():\n    f()\n'
    frame = Frame("a.b.c", "a.x.c")
    at = data.index(b" a.b.c")
    assert python._mentions_alone(data, regions(data), frame) is not None
    assert python.light_spans(Source(data), python.Job("z.py", frame, Texts(frame), Paths(_SITE))) == [
        Span(at, at + len(b" a.b.c"), b" a.x.c", "from-import")
    ]
