"""The proof of a move catches each fault seeded into its result."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, MoveResult, move
from laneshift.code.moves.proof import prove
from laneshift.repo.objects import Tree
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of

_APP = (
    b"import os\nfrom a.b import c, d\nfrom a.b.c import f\n\n\ndef q():\n    return c.f() + d.g() + 'a.b.c' + str(1)\n"
)


def _moved() -> tuple[Tree, MoveResult]:
    tree = tree_of(
        {**SKELETON, "app.py": _APP, "a/b/m.py": "from .c import f\n", "broken.py": "import a.b.c\nprint 1\n"}
    )
    return tree, move(tree, Move("a/b/c.py", "x/y/c.py"))


def _failing(tree: Tree, result: MoveResult) -> set[str]:
    return {finding.name for finding in prove(tree, result).findings if not finding.holds}


def test_a_good_move_holds_and_says_what_was_checked() -> None:
    tree, result = _moved()
    proof = prove(tree, result)
    assert proof.holds
    assert {finding.name: finding.checked for finding in proof.findings} == {
        "syntax": 3,
        "import-graph": 5,
        "unresolved-imports": 5,
        "there-and-back": 1,
    }
    assert proof.unparsed == ("broken.py",)


FAULTS = [
    ("a statement lost", b"    return c.f() + d.g()", b"    c.f() + d.g()", {"syntax", "there-and-back"}),
    ("a number changed", b"str(1)", b"str(2)", {"syntax", "there-and-back"}),
    ("a function renamed", b"def q", b"def r", {"syntax", "there-and-back"}),
    ("a name changed", b"d.g()", b"d.h()", {"syntax", "there-and-back"}),
    ("a literal changed", b"'x.y.c'", b"'x.y.c2'", {"there-and-back"}),
    ("a literal lost", b" + 'x.y.c'", b"", {"syntax", "there-and-back"}),
    ("an import lost", b"import os\n", b"", {"import-graph", "there-and-back"}),
    ("an import too many", b"import os\n", b"import os\nimport json\n", {"import-graph", "there-and-back"}),
    ("an import left behind", b"from x.y.c import f", b"from a.b.c import f",
     {"import-graph", "unresolved-imports", "there-and-back"}),
    ("a sibling dragged along", b"from a.b import d", b"from x.y import d", {"import-graph", "there-and-back"}),
    ("a module that is nowhere", b"from x.y.c import f", b"from x.z.c import f",
     {"import-graph", "unresolved-imports", "there-and-back"}),
    ("a comment", b"import os\n", b"import os  # seen\n", {"there-and-back"}),
]  # fmt: skip


@pytest.mark.parametrize(("label", "good", "bad", "expected"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_found(label: str, good: bytes, bad: bytes, expected: set[str]) -> None:
    tree, result = _moved()
    data = result.python["app.py"]
    assert data.count(good) == 1
    faulty = result._replace(python={**result.python, "app.py": data.replace(good, bad)})
    found = _failing(tree, faulty)
    assert found == expected - ({"there-and-back"} if "left behind" in label else set())


def test_a_file_that_was_overlooked_is_found() -> None:
    tree, result = _moved()
    overlooked = {path: data for path, data in result.python.items() if path != "a/b/m.py"}
    proof = prove(tree, result._replace(python=overlooked))
    details = {finding.name: finding.details for finding in proof.findings if not finding.holds}
    assert details["import-graph"] == ("a/b/m.py: still imports a.b.c.f",)


def test_a_name_that_the_package_hides_is_not_left_behind() -> None:
    tree = tree_of({**SKELETON, "a/b/__init__.py": "from .c import f as c\n", "app.py": "from a.b import c\n"})
    assert prove(tree, move(tree, Move("a/b/c.py", "x/y/c.py"))).holds


def test_the_details_name_the_file() -> None:
    tree, result = _moved()
    faulty = result._replace(python={**result.python, "app.py": b"import os\n"})
    details = [detail for finding in prove(tree, faulty).findings for detail in finding.details]
    assert details
    assert all(detail.startswith("app.py: ") for detail in details)


def test_a_file_that_the_move_left_alone_is_told_where_the_way_back_rewrites_it() -> None:
    history = "Since 2.0 the module is `x.y.c` no more.\n"
    tree = tree_of({**SKELETON, "app.py": _APP, "docs/history.md": history})
    result = move(tree, Move("a/b/c.py", "x/y/c.py"))
    assert "docs/history.md" not in result.other
    back = next(each for each in prove(tree, result).findings if each.name == "there-and-back")
    assert not back.holds
    assert back.details == ("docs/history.md: names x.y.c before the move already, so the way back renames it as well",)
