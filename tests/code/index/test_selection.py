"""Which tests are chosen for a change, and in which order."""

from __future__ import annotations

from pathlib import Path

from drawn_trees import drawn, repository_at

from laneshift.code.graph import ImportGraph
from laneshift.code.index import Index
from laneshift.code.selection import Selection, select_tests

_TEST = "def test_it(): pass\n"
_FILES = {
    "p/__init__.py": "from .a import x\n",
    "p/a.py": "x = 1\n",
    "p/b.py": "import p.a\n",
    "p/c.py": "y = 1\n",
    "tests/test_a.py": "from p import x\n" + _TEST,
    "tests/test_b.py": "import p.b\n" + _TEST,
    "tests/test_c.py": "import p.c\n" + _TEST,
    "tests/test_direct.py": "import p.a\n" + _TEST,
    "tests/test_typing.py": "if TYPE_CHECKING:\n    import p.a\n" + _TEST,
    "tests/test_nothing.py": "import os\n" + _TEST,
    "tests/test_empty.py": "import p.a\n",
    "tests/support.py": "import p.a\n",
    "p/check.py": "import p.a\n" + _TEST,
    "deep/conftest.py": "import p.b\n",
    "deep/er/test_fixture.py": _TEST,
}


def _selected(
    path: Path, changed: list[str], limit: int = 20, files: dict[str, str] | None = None, within: tuple[str, ...] = ()
) -> Selection:
    repository = repository_at(path)
    tree = drawn(repository, dict(_FILES if files is None else files))
    index = Index.open(repository)
    return select_tests(ImportGraph.of(tree, index), index.facts(tree), changed, limit, within)


def test_tests_that_the_suite_never_runs_are_not_chosen_and_take_no_place(tmp_path: Path) -> None:
    files = {**_FILES, "examples/js/tests/test_a.py": "import p.a\n" + _TEST}
    nearest = _selected(tmp_path / "all", ["p/a.py"], 1, files)
    assert [test.path for test in nearest.tests] == ["examples/js/tests/test_a.py"]
    inside = _selected(tmp_path / "in", ["p/a.py"], 2, files, ("tests/", "deep/er"))
    assert [test.path for test in inside.tests] == ["tests/test_direct.py", "tests/test_b.py"]
    for whole in ((".",), ("",), ()):
        assert _selected(tmp_path / "in", ["p/a.py"], 1, files, whole) == nearest
    one = _selected(tmp_path / "in", ["p/a.py"], 9, files, ("tests/test_b.py", "tes"))
    assert [test.path for test in one.tests] == ["tests/test_b.py"]


def test_the_nearest_tests_come_first(tmp_path: Path) -> None:
    found = _selected(tmp_path, ["p/a.py"])
    assert [(test.path, test.distance) for test in found.tests] == [
        ("tests/test_direct.py", 1),
        ("tests/test_b.py", 2),
        ("deep/er/test_fixture.py", 4),
        ("tests/test_typing.py", 4),
        ("tests/test_a.py", 5),
        ("tests/test_c.py", 8),
    ]
    assert "imports p.a" in found.tests[0].reason
    assert "through p.b" in found.tests[1].reason
    assert "named for p.a" in found.tests[4].reason
    assert found.blind == ()


def test_the_limit_cuts_the_far_end_and_says_how_many_there_were(tmp_path: Path) -> None:
    whole = _selected(tmp_path / "whole", ["p.a"])
    cut = _selected(tmp_path / "cut", ["p.a"], limit=2)
    assert cut.tests == whole.tests[:2]
    assert cut.reachable == whole.reachable == 8


def test_a_changed_test_is_its_own_nearest(tmp_path: Path) -> None:
    (first, *_) = _selected(tmp_path, ["tests/test_nothing.py"]).tests
    assert (first.path, first.distance, first.reason) == ("tests/test_nothing.py", 0, "changed")


def test_a_test_is_found_by_name_when_no_import_leads_there(tmp_path: Path) -> None:
    files = {"p/tool.py": "", "tests/test_tool.py": "import subprocess\n" + _TEST, "tests/test_x.py": _TEST}
    assert [(test.path, test.reason) for test in _selected(tmp_path, ["p/tool.py"], files=files).tests] == [
        ("tests/test_tool.py", "named for p.tool")
    ]


def test_what_imports_cannot_follow_is_said(tmp_path: Path) -> None:
    found = _selected(tmp_path, ["data/table.json", "p/gone.py", "deep/conftest.py", "no.such.module"])
    assert [one for one, _ in found.blind] == ["data/table.json", "deep/conftest.py", "no.such.module", "p/gone.py"]
    assert [test.path for test in found.tests] == ["deep/er/test_fixture.py"]


def test_nothing_changed_selects_nothing(tmp_path: Path) -> None:
    assert _selected(tmp_path, []) == Selection((), 0, ())


def test_equal_distances_prefer_tests_that_share_the_modules_words(tmp_path: Path) -> None:
    files = {
        "shop/cart/price.py": "",
        "tests/a/test_x.py": "import shop.cart.price\n" + _TEST,
        "tests/cart/test_y.py": "import shop.cart.price\n" + _TEST,
        "tests/shop/cart/test_z.py": "import shop.cart.price\n" + _TEST,
        "tests/test_price.py": "import shop.cart.price\n" + _TEST,
    }
    assert [test.path for test in _selected(tmp_path, ["shop.cart.price"], files=files).tests] == [
        "tests/test_price.py",
        "tests/shop/cart/test_z.py",
        "tests/cart/test_y.py",
        "tests/a/test_x.py",
    ]
