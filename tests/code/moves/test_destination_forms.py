"""Importers that stand where the module goes to, or above it: the name must not be taken for one of their own."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from laneshift.code.moves.proof import prove
from tests.code.moves.forms import Form, run
from tests.code.moves.repos import contents, tree_of

_TREE = {
    "p/__init__.py": "",
    "p/q/__init__.py": "",
    "p/q/c.py": "def f(): ...\n",
    "p/r/__init__.py": "",
    "p/r/e.py": "",
}
_INTO_A_SIBLING = [
    ("from p.q import c\n", "from p.r import c\n"),
    ("from p.q.c import f\n", "from p.r.c import f\n"),
    ("from p.q.c import *\n", "from p.r.c import *\n"),
    ("from ..q import c\n", "from . import c\n"),
    ("from ..q.c import f\n", "from .c import f\n"),
    ("import p.q.c\ndef z():\n    return p.q.c.f()\n", "import p.r.c\ndef z():\n    return p.r.c.f()\n"),
    ("import p.q.c as c\n", "import p.r.c as c\n"),
    ("import p.q.c as d\nd.f()\n", "import p.r.c as d\nd.f()\n"),
    ("def z():\n    from p.q import c\n    return c\n", "def z():\n    from p.r import c\n    return c\n"),
    ("from .. import q\nq.c.f()\n", "from .. import q\nimport  p.r.c as q_c\nq_c.f()\n"),
]
_AT_ONCE = ("import p.q.c\np.q.c.f()\n", "import p.r.c  as p_q_c\np_q_c.f()\n")
_TO_THE_PARENT = [
    ("p/__init__.py", "from .q import c\n", "from . import c\n"),
    ("p/__init__.py", "from p.q import c\n", "from p import c\n"),
    ("p/__init__.py", "from .q.c import f\n", "from .c import f\n"),
    ("p/__init__.py", "import p.q.c\np.q.c.f()\n", "import p.c\np.c.f()\n"),
    ("p/q/__init__.py", "from . import c\n", "from .. import c\n"),
    ("p/q/__init__.py", "from .c import f\n", "from ..c import f\n"),
    ("p/q/__init__.py", "from p.q import c\n", "from p import c\n"),
    ("p/q/__init__.py", "import p.q.c as c\n", "import p.c as c\n"),
]
_BELOW = [
    ("from . import c\n", "from .s import c\n"),
    ("from .c import f\n", "from .s.c import f\n"),
    ("from p.q import c\n", "from p.q.s import c\n"),
    ("import p.q.c as c\n", "import p.q.s.c as c\n"),
]


def _form(label: str, before: str, after: str, path: str, dst: str) -> Form:
    also = {name: text for name, text in _TREE.items() if name != path}
    return Form(f"{label}: {before.splitlines()[0]}", before, after, path, "p/q/c.py", dst, also)


FORMS = [
    *(_form("package", *pair, "p/r/__init__.py", "p/r/c.py") for pair in _INTO_A_SIBLING),
    _form("package, at once", *_AT_ONCE, "p/r/__init__.py", "p/r/c.py"),
    _form("neighbour, at once", _AT_ONCE[0], "import p.r.c\np.r.c.f()\n", "p/r/e.py", "p/r/c.py"),
    *(_form("neighbour", *pair, "p/r/e.py", "p/r/c.py") for pair in _INTO_A_SIBLING),
    *(_form(f"up, {path}", before, after, path, "p/c.py") for path, before, after in _TO_THE_PARENT),
    *(_form("below", *pair, "p/q/__init__.py", "p/q/s/c.py") for pair in _BELOW),
]


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_an_importer_at_the_destination(form: Form) -> None:
    run(form)


_SOURCE = "net/algorithms/tests/filters.py"
_NAMESPACE = {"net/classes/__init__.py": "from net.algorithms.tests import filters\n", _SOURCE: "F = 1\n"}


def test_an_import_of_a_folder_without_marker_makes_the_folder_above_a_namespace() -> None:
    tree = tree_of(_NAMESPACE)
    result = move(tree, Move(_SOURCE, "net/classes/filters.py"))
    assert (result.old_name, result.new_name) == ("net.algorithms.tests.filters", "net.classes.filters")
    assert contents(result.tree)["net/classes/__init__.py"] == "from net.classes import filters\n"


def test_a_module_beside_the_packages_makes_a_namespace_too() -> None:
    tree = tree_of({"net/classes/__init__.py": "", "net/tool.py": "", "app.py": "from net.tool import f\n"})
    result = move(tree, Move("net/tool.py", "net/classes/tool.py"))
    assert contents(result.tree)["app.py"] == "from net.classes.tool import f\n"


def test_a_folder_whose_packages_are_imported_by_themselves_stays_a_root() -> None:
    tree = tree_of({
        "backend/shop/__init__.py": "", "backend/shop/cart.py": "", "backend/shop/till.py": "from shop import cart\n",
        "backend/tools/run.py": "", "app.py": "from backend.tools import run\n",
    })  # fmt: skip
    result = move(tree, Move("backend/shop/cart.py", "backend/shop/basket.py"))
    assert result.old_name == "shop.cart"
    assert contents(result.tree)["backend/shop/till.py"] == "from shop import basket as cart\n"


@pytest.mark.parametrize(
    "text",
    [
        "from src.a.c import f\n",
        "import src.a.c\n",
        "from src.a import c\n",
        "from a.c import f\nfrom src.a import c\n",
    ],
)
def test_an_import_that_names_the_module_by_its_root_is_rewritten_or_found(text: str) -> None:
    tree = tree_of({"src/a/__init__.py": "", "src/a/c.py": "def f(): ...\n", "src/a/b/__init__.py": "", "app.py": text})
    result = move(tree, Move("src/a/c.py", "src/a/b/c.py"))
    assert result.old_name == "a.c"
    assert result.tree.read("app.py").decode() == text.replace("a.c", "a.b.c").replace("a import", "a.b import")
    assert prove(tree, result).holds
    lost = result._replace(python={path: data for path, data in result.python.items() if path != "app.py"})
    failing = {finding.name: finding.details for finding in prove(tree, lost).findings if not finding.holds}
    assert any(detail.startswith("app.py: still imports src.a.c") for detail in failing["import-graph"])


def test_the_proof_finds_an_edit_that_the_destination_lost() -> None:
    tree = tree_of({**_TREE, "p/r/__init__.py": "from p.q import c\n"})
    result = move(tree, Move("p/q/c.py", "p/r/c.py"))
    lost = result._replace(python={path: data for path, data in result.python.items() if path != "p/r/__init__.py"})
    failing = {finding.name: finding.details for finding in prove(tree, lost).findings if not finding.holds}
    assert failing["import-graph"] == ("p/r/__init__.py: still imports p.q.c",)


def test_a_package_named_by_its_root_is_found_by_what_is_in_it() -> None:
    tree = tree_of(
        {"src/a/b/__init__.py": "", "src/a/__init__.py": "", "src/a/b/c.py": "", "app.py": "import src.a.b.c\n"}
    )
    result = move(tree, Move("src/a/b", "src/b"))
    assert result.tree.read("app.py") == b"import src.b.c\n"
    lost = result._replace(python={path: data for path, data in result.python.items() if path != "app.py"})
    failing = [
        finding for finding in prove(tree, lost).findings if not finding.holds and finding.name != "there-and-back"
    ]
    assert [finding.details for finding in failing] == [("app.py: still imports src.a.b.c",)]
