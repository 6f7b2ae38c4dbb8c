"""A name that star imports carry upwards: the module, unless a star brings something else by that name."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from tests.code.moves.repos import contents, tree_of

FILES = {
    "a/__init__.py": "from a.b import *\n",
    "a/b/__init__.py": "from a.b.c import *\n",
    "x/__init__.py": "",
    "x/y/__init__.py": "",
    "app.py": "import a\nprint(a.c)\n",
}


@pytest.mark.parametrize(
    ("module", "gains"),
    [("def f(): pass\n", True), ("def c(): pass\n", False), ("__all__ = ['c']\n\n\nclass c: pass\n", False)],
    ids=["the module", "its function", "its class"],
)
def test_the_package_gains_the_module_only_where_the_name_means_it(module: str, gains: bool) -> None:
    result = move(tree_of({**FILES, "a/b/c.py": module}), Move("a/b/c.py", "x/y/c.py"))
    package = contents(result.tree)["a/b/__init__.py"]
    assert package.startswith("from x.y.c import *\n")
    assert (package != "from x.y.c import *\n") is gains
