"""What cannot be known is reported with its place, and not edited."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from laneshift.code.moves.records import Notice
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of

REPORTED = [
    ("f-string", "app.py", "import importlib\nimportlib.import_module(f'a.b.{name}')\n", 2, "computed-name"),
    ("joined", "app.py", "n = 'c'\nq = 'a.b.' + n\n", 2, "computed-name"),
    ("percent", "app.py", "q = 'a.b.%s' % n\n", 1, "computed-name"),
    ("format of the package", "app.py", "q = '%s.c' % 'a.b'\n", 1, "computed-name"),
    ("parts", "app.py", "q = '.'.join(['a', 'b', 'c'])\n", 1, "computed-name"),
    ("path of parts", "app.py", "q = Path('a') / 'b' / 'c.py'\n", 1, "computed-name"),
    ("data beside it", "a/b/c.py", "import os\nD = os.path.dirname(__file__)\n", 2, "data-file"),
    ("package data", "a/b/c.py", "import importlib.resources\n", 1, "data-file"),
    ("pickles", "a/b/c.py", "import pickle\n", 1, "pickle"),
    ("pickled", "q.pkl", b"\x80\x04\x95\0\x8c\x05a.b.c\x94\x8c\x01K\x94", 0, "binary"),
    ("another language", "q.js", "// a.b.c\n", 1, "unknown-format"),
    ("alias of the package", "app.py", "import a.b.d\nm = a.b\nm.c.f()\n", 3, "through-alias"),
    ("aliases of the package", "app.py", "import a.b.d\nx = y = a.b  # why\ny.c.f()\n", 3, "through-alias"),
    (
        "alias in a class",
        "app.py",
        "import a.b.d\nclass K:\n    m = a.b\n    f = lambda self: self.m.c\n",
        4,
        "through-alias",
    ),
    ("alias of a name for the package", "app.py", "from a import b\nm = b\nm.c.f()\n", 3, "through-alias"),
    ("alias of another name", "app.py", "from a import (\n    z, b as k,\n)\nm = k\nm.c\n", 5, "through-alias"),
    ("alias of a name by itself", "app.py", "import a.b as k\nm = k  # why\nm.c\n", 3, "through-alias"),
    ("new name in use", "app.py", "try:\n    import x.y.c\nexcept ImportError:\n    pass\n", 2, "already-named"),
]


@pytest.mark.parametrize(("label", "path", "text", "line", "kind"), REPORTED, ids=[each[0] for each in REPORTED])
def test_is_reported_and_untouched(label: str, path: str, text: str | bytes, line: int, kind: str) -> None:
    tree = tree_of({**SKELETON, path: text})
    result = move(tree, Move("a/b/c.py", "x/y/c.py"))
    after = result.relocations.get(path, path)
    assert (after, line, kind) in {(each.path, each.line, each.kind) for each in result.notices}
    assert result.tree.read(after) == (text if isinstance(text, bytes) else text.encode())


SILENT = [
    "q = 'c'\n",
    "q = 'a.b.d'\n",
    "q = f'z.{n}'\n",
    "import a.b.c\n",
    "q = {'name': 'c', 'type': 1}\n",
    "import a.b.d\nm = a.b\nmm.c.f()\nn.m.c\nm.cc()\nm.d.c\n",
    "import a.b.d\nm = a.b.d\nm.c()\nn = a.b()\nn.c\nf(k=a.b)\nk.c\n",
    "import a.b.d\nif m == a.b:\n    m.c\n",
    "from z import b\nm = b\nm.c\n",
    "from a import bb, z as b\nm = bb\nm.c\nm = b\n",
    "from a import b\nm = b.d\nm.c\nn = b()\nn.c\n",
    "q = 'x.y.c@v1'  # x.y.c.d@v2\n",
]


@pytest.mark.parametrize("text", SILENT)
def test_is_not_worth_a_notice(text: str) -> None:
    result = move(tree_of({**SKELETON, "app.py": text}), Move("a/b/c.py", "x/y/c.py"))
    assert [each for each in result.notices if each.path == "app.py"] == []


def test_a_name_like_a_file_is_left_and_reported() -> None:
    tree = tree_of({"labs/json.py": "", "labs/q.py": "", "n/q.py": "", "q.md": "text\nsee labs.json\n"})
    result = move(tree, Move("labs/json.py", "n/json.py"))
    assert [(each.path, each.line, each.kind) for each in result.notices] == [("q.md", 2, "ambiguous-text")]


_TAKING = {"a/b/__init__.py": "from .d import g\nfrom .c import f\n"}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("import os\nfrom .d import g\n", 2),
        ("from a.b.d import g\n", 1),
        ("try:\n    import a.b.d\nfinally:\n    pass\n", 2),
        ("from . import d\n", 1),
        ("def f():\n    from .d import g\n", None),
        ("import a.b.c\n", None),
        ("from a import other\n", None),
    ],
)
def test_a_module_that_its_old_package_needs_first_is_reported(module: str, line: int | None) -> None:
    tree = tree_of({**SKELETON, **_TAKING, "a/b/c.py": module})
    for dst, wanted in (("x/y/c.py", line), ("a/b/k.py", None), ("a/b/q/c.py", None), ("a/c.py", line)):
        found = [each for each in move(tree, Move("a/b/c.py", dst)).notices if each.kind == "import-cycle"]
        assert [(each.path, each.line) for each in found] == ([] if wanted is None else [(dst, wanted)])


@pytest.mark.parametrize("package", ["", "from . import c\n", "import a.b.c\n", "def f():\n    from .c import f\n"])
def test_a_package_that_takes_no_name_from_the_module_is_no_cycle(package: str) -> None:
    tree = tree_of({**SKELETON, "a/b/__init__.py": package, "a/b/c.py": "from .d import g\n"})
    assert "import-cycle" not in {each.kind for each in move(tree, Move("a/b/c.py", "x/y/c.py")).notices}


def test_a_cycle_of_a_package_that_moves_is_reported_below_a_source_root_as_well() -> None:
    files = {"src/a/__init__.py": "from .b import f\n", "src/a/b/__init__.py": "from .c import f\n", "src/a/d.py": ""}
    tree = tree_of({**files, "src/a/b/c.py": "from ..d import g\n", "src/x/__init__.py": ""})
    found = move(tree, Move("src/a/b", "src/x/b")).notices
    assert [(each.path, each.line, each.text) for each in found if each.kind == "import-cycle"] == [
        ("src/x/b/c.py", 1, "from ..d import g")
    ]


_PROJECT = {"src/a/__init__.py": "", "src/a/c.py": "import json\n", "src/a/d/__init__.py": "", "src/a/d/e.py": ""}


@pytest.mark.parametrize(
    ("src", "dst", "path"),
    [
        ("src/a/c.py", "src/types.py", "src/types.py"),
        ("src/a/c.py", "src/json/c.py", "src/json/__init__.py"),
        ("src/a/d", "src/json", "src/json/__init__.py"),
        ("src/a/c.py", "src/sys.py", "src/sys.py"),
    ],
)
def test_a_new_top_that_hides_a_standard_module_is_reported(src: str, dst: str, path: str) -> None:
    notices = move(tree_of(_PROJECT), Move(src, dst), roots=["src"]).notices
    top = path.split("/")[1].removesuffix(".py")
    assert [each for each in notices if each.kind == "hides-standard"] == [
        Notice(path, 0, "hides-standard", f"{top} is a module of the standard library")
    ]


@pytest.mark.parametrize(
    ("more", "dst"),
    [
        ({}, "src/a/json.py"),
        ({}, "src/jsons/c.py"),
        ({"src/json/__init__.py": ""}, "src/json/c.py"),
        ({"src/json.py": "", "json/x.py": ""}, "src/a/d/json/c.py"),
    ],
)
def test_a_top_that_was_there_before_or_is_none_hides_nothing(more: dict[str, str], dst: str) -> None:
    notices = move(tree_of({**_PROJECT, **more}), Move("src/a/c.py", dst), roots=["src"]).notices
    assert [each for each in notices if each.kind == "hides-standard"] == []


_TEMPLATE = {
    "k/__init__.py": "",
    "k/m.py": "",
    "k/n.py": "from k.m import f\n",
    "k/templates/project/q/__init__.py": "",
}


@pytest.mark.parametrize(
    ("src", "dst", "told"),
    [
        ("k/m.py", "k/templates/project/q/m.py", True),
        ("k/m.py", "k/q/m.py", False),
        ("k/templates/project/q", "k/templates/project/z", False),
        ("k/m.py", "other/q/m.py", False),
    ],
)
def test_a_source_root_inside_a_package_is_told_to_who_moves_there(src: str, dst: str, told: bool) -> None:
    tree = tree_of({**_TEMPLATE, "other/p/__init__.py": ""})
    found = [each for each in move(tree, Move(src, dst)).notices if each.kind == "inner-root"]
    text = "q.m is imported only where k/templates/project is on the path, inside the package k"
    assert found == ([Notice(dst, 0, "inner-root", text)] if told else [])
