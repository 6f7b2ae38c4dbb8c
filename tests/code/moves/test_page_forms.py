"""Pages that are named for a module: what leads to the file of one goes on leading there."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from tests.code.moves.forms import SKELETON, Form, run
from tests.code.moves.repos import tree_of

_PAGE = {"docs/api/a.b.c.rst": "The page\n========\n\n.. automodule:: a.b.c\n"}


def _index(label: str, before: str, after: str | None, path: str = "docs/api/index.rst") -> Form:
    return Form(label, before, after, path, also=_PAGE)


_ENTRY = ".. toctree::\n   :caption: All\n\n   intro\n   a.b.c\n\n   a.b.d\n"

LEADING = [
    _index("entry", _ENTRY, None),
    _index("entry with a title", ".. toctree::\n\n   C <a.b.c>\n", None),
    _index("entry, nested", "* x\n\n  .. toctree::\n\n     a.b.c\n", None),
    _index("entry, Markdown", "# All\n\n```{toctree}\n:maxdepth: 2\n\na.b.c\n```\n", None, "docs/api/index.md"),
    _index("entry, colons", ":::{toctree}\na.b.c\n:::\n", None, "docs/api/index.md"),
    _index("role", "See :doc:`a.b.c` or :doc:`it <a.b.c>`.\n", None),
    _index("role, Markdown", "See {doc}`a.b.c`.\n", None, "docs/api/index.md"),
    _index("link", "See [it](a.b.c.rst) and [that](a.b.c.html#top).\n", None, "docs/api/index.md"),
    _index("file", ".. include:: a.b.c.rst\n", None),
    Form("package", _ENTRY, None, "docs/api/index.rst", src="a/b", dst="x/b", also=_PAGE | {"docs/api/a.b.d.rst": ""}),
    _index("module role", "See :mod:`a.b.c`.\n", "See :mod:`x.y.c`.\n"),
    _index("list of modules", ".. autosummary::\n\n   a.b.c\n", ".. autosummary::\n\n   x.y.c\n"),
    _index("after the entries", f"{_ENTRY}\na.b.c\n", f"{_ENTRY}\nx.y.c\n"),
    _index(
        "after the fence", "```{toctree}\nq\n```\n\n    a.b.c\n", "```{toctree}\nq\n```\n\n    x.y.c\n", "docs/api/i.md"
    ),
    _index("no page of it", _ENTRY, _ENTRY.replace("a.b.c", "x.y.c"), "docs/index.rst"),
    _index("no page, role", ":doc:`a.b.c`\n", ":doc:`x.y.c`\n", "docs/index.rst"),
]


@pytest.mark.parametrize("form", LEADING, ids=str)
def test_what_leads_to_a_page_is_left(form: Form) -> None:
    run(form)


def test_an_entry_that_is_left_is_told() -> None:
    tree = tree_of({**SKELETON, **_PAGE, "docs/api/index.rst": _ENTRY + "\nSee :mod:`a.b.c`.\n"})
    found = move(tree, Move("a/b/c.py", "x/y/c.py")).notices
    assert [(each.path, each.line, each.kind, each.text) for each in found] == [
        ("docs/api/index.rst", 5, "named-page", "a.b.c")
    ]


_SPELLED = {"src": "a/b/c_d.py", "also": {"a/b/c_d.py": "def f(): ...\n"}}
_API = ".. automodule:: a.b.c_d\n"

SPELLED = [
    Form(
        "underscore",
        f"a.b.c\\_d module\n\n{_API}",
        "x.y.c\\_e module\n\n.. automodule:: x.y.c_e\n",
        "i.rst",
        dst="x/y/c_e.py",
        **_SPELLED,
    ),
    Form(
        "underscore, Markdown",
        "`a.b.c_d`: a.b.c\\_d.f, a.b.c\\_d\\_e, z.a.b.c\\_d, z\\_a.b.c\\_d, a.b.c\\_d2.",
        "`x.y.c_e`: x.y.c\\_e.f, a.b.c\\_d\\_e, z.a.b.c\\_d, z\\_a.b.c\\_d, a.b.c\\_d2.",
        "i.md",
        dst="x/y/c_e.py",
        **_SPELLED,
    ),
    Form(
        "underscore, in a docstring",
        'r"""See a.b.c\\_d, a.b.c_d."""\n',
        'r"""See x.y.c\\_e, x.y.c_e."""\n',
        dst="x/y/c_e.py",
        **_SPELLED,
    ),
    Form(
        "underscore that goes",
        f"a.b.c\\_d module\n\n{_API}",
        "a.b.c\\_d module\n\n.. automodule:: x.y.e\n",
        "i.rst",
        dst="x/y/e.py",
        **_SPELLED,
    ),
    Form(
        "underscore that comes",
        "a.b.c module\n",
        "x.y.c_e module\n",
        "i.rst",
        dst="x/y/c_e.py",
    ),
]


@pytest.mark.parametrize("form", SPELLED, ids=str)
def test_a_name_may_be_spelled_with_escaped_underscores(form: Form) -> None:
    run(form)


def test_a_spelling_that_cannot_be_told_after_the_move_is_left_and_told() -> None:
    tree = tree_of({**SKELETON, "a/b/c_d.py": "", "i.rst": f"a.b.c\\_d module\n\n{_API}"})
    found = move(tree, Move("a/b/c_d.py", "x/y/e.py")).notices
    assert [(each.path, each.line, each.kind) for each in found] == [("i.rst", 1, "escaped-name")]
