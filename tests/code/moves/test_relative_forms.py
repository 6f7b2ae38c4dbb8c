"""Relative imports: in importers at every level, and inside what moves."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from laneshift.code.moves.proof import prove
from tests.code.moves.forms import Form, run
from tests.code.moves.repos import tree_of

_WITHIN = {"src": "p/q/c.py", "dst": "p/r/c.py"}
_TREE = {
    "p/__init__.py": "",
    "p/q/__init__.py": "",
    "p/q/c.py": "def f(): ...\n",
    "p/q/d.py": "def g(): ...\n",
    "p/q/s/__init__.py": "",
    "p/r/__init__.py": "",
    "p/r/e.py": "",
}


def _near(label: str, before: str, after: str | None, path: str = "p/q/m.py") -> Form:
    return Form(label, before, after, path, **_WITHIN, also={k: v for k, v in _TREE.items() if k != path})


IMPORTERS = [
    _near("sibling's name", "from .c import f\n", "from ..r.c import f\n"),
    _near("sibling", "from . import c\n", "from ..r import c\n"),
    _near("sibling split", "from . import d, c\n", "from . import d\n\nfrom ..r import c\n"),
    _near("one below", "from ..c import f\n", "from ...r.c import f\n", "p/q/s/m.py"),
    _near("one above", "from .q.c import f\n", "from .r.c import f\n", "p/m.py"),
    _near("one above, module", "from .q import c\n", "from .r import c\n", "p/m.py"),
    _near("new sibling", "from ..q.c import f\n", "from .c import f\n", "p/r/m.py"),
    _near(
        "re-export", "from .c import f\n__all__ = ['f']\n", "from ..r.c import f\n__all__ = ['f']\n", "p/q/__init__.py"
    ),
    _near("re-export into", "from ..q import c\n", "from . import c\n", "p/r/__init__.py"),
    _near("absolute stays absolute", "from p.q.c import f\n", "from p.r.c import f\n"),
    _near(
        "in a function",
        "def z():\n    from .c import f\n    return f\n",
        "def z():\n    from ..r.c import f\n    return f\n",
    ),
    _near("in brackets", "from .c import (\n    f,  # why\n)\n", "from ..r.c import (\n    f,  # why\n)\n"),
    _near("star", "from .c import *\n", "from ..r.c import *\n"),
    _near("main", "from .c import f\n\nf()\n", "from ..r.c import f\n\nf()\n", "p/q/__main__.py"),
    _near("further up than needed", "from ..q.c import f\n", "from  ..r.c import f\n"),
    _near("further up than needed, from below", "from ...q.c import f\n", "from  ...r.c import f\n", "p/q/s/m.py"),
    _near("further up than needed, sibling", "from ..q import d, c\n", "from ..q import d\n\nfrom  ..r import c\n"),
    _near("other sibling, further up than needed", "from ..q.d import g\nfrom ..q import d\n", None),
    _near("other sibling", "from .d import g\nfrom . import d\n", None),
    _near("longer name", "from .c2 import g\nfrom . import c2\n", None),
    _near("same name in another package", "from .c import f\n", None, "p/z/m.py"),
    _near("same name one level up", "from ..c import f\n", None),
    _near("dots only", "from . import *\nfrom .. import q\n", None),
    _near("beyond the top", "from .....c import f\n", None),
    Form("across the top", "from .c import f\n", "from  x.y.c import f\n", "a/b/m.py"),
    Form("across the top, split", "from . import c, d\n", "from  x.y import c\n\nfrom . import d\n", "a/b/m.py"),
    Form("across the top, parent", "from .b.c import f\n", "from  x.y.c import f\n", "a/m.py"),
    Form("no package, no relative import", "from .c import f\n", None, "m.py"),
]

_MOVED = {"src": "a/b/c.py", "path": "a/b/c.py"}

MOVED = [
    Form("its sibling", "from . import d\n", "from  a.b import d\n", **_MOVED),
    Form("its sibling's name", "from .d import g\n", "from  a.b.d import g\n", **_MOVED),
    Form("its parent, further up than needed", "from ..b import d\n", "from   a.b import d\n", **_MOVED),
    Form("its parent's name", "from .. import q\n", "from  a import q\n", **_MOVED),
    Form("its parent's star", "from .. import *\n", "from  a import *\n", **_MOVED),
    Form(
        "itself",
        "from . import c\nfrom .c import f\nimport a.b.c\n",
        "from . import c\nfrom .c import f\nimport x.y.c\n",
        **_MOVED,
    ),
    Form("absolute siblings stay", "from a.b import d\nimport a.b.d\n", None, **_MOVED),
    Form("other absolute imports stay", "import os\nfrom json import loads\n", None, **_MOVED),
    Form(
        "within the same top, further up than needed",
        "from ..q import d\nfrom ..q.d import g\nfrom .. import q\n",
        "from  ..q import d\nfrom  ..q.d import g\nfrom .. import q\n",
        "p/q/c.py",
        **_WITHIN,
        also=_TREE,
    ),
    Form(
        "deeper, further up than needed",
        "from ..q.d import g\n",
        "from  ...q.d import g\n",
        "p/q/c.py",
        "p/q/c.py",
        "p/r/t/c.py",
        also=_TREE,
    ),
    Form(
        "within the same top",
        "from . import d\nfrom .d import g\nfrom .. import q\n",
        "from ..q import d\nfrom ..q.d import g\nfrom .. import q\n",
        "p/q/c.py",
        **_WITHIN,
        also=_TREE,
    ),
    Form("deeper", "from .d import g\n", "from ...q.d import g\n", "p/q/c.py", "p/q/c.py", "p/r/t/c.py", also=_TREE),
    Form(
        "up to the top package",
        "from .d import g\n",
        "from .q.d import g\n",
        "p/q/c.py",
        "p/q/c.py",
        "p/c.py",
        also=_TREE,
    ),
    Form("to the top level", "from .d import g\n", "from  a.b.d import g\n", "a/b/c.py", "a/b/c.py", "c.py"),
]

PACKAGE = [
    Form(
        "inside stays relative",
        "from .c import f\nfrom . import d\nfrom .. import z\n",
        "from .c import f\nfrom . import d\nfrom  a import z\n",
        "a/b/m.py",
        "a/b",
        "x/y/b",
    ),
    Form(
        "absolute inside",
        "import a.b.c\nfrom a.b import d\na.b.c.f()\n",
        "import x.y.b.c\nfrom x.y.b import d\nx.y.b.c.f()\n",
        "a/b/m.py",
        "a/b",
        "x/y/b",
    ),
    Form(
        "importers of a package",
        "import a.b.c, a.b\nfrom a import b\nfrom a.b import c, d\nb.c, a.b.c, a.b\n",
        "import x.y.b.c, x.y.b\nfrom x.y import b\nfrom x.y.b import c, d\nb.c, x.y.b.c, x.y.b\n",
        "app.py",
        "a/b",
        "x/y/b",
    ),
    Form("package beside it", "import a.b2\nfrom a import b2\n", None, "app.py", "a/b", "x/y/b"),
]


@pytest.mark.parametrize("form", [*IMPORTERS, *MOVED, *PACKAGE], ids=str)
def test_relative_imports(form: Form) -> None:
    run(form)


_SPREAD = {
    "lib/n/p/e.py": "from . import c, e\nfrom .c import f\n",
    "src/n/p/c.py": "def f():\n    return 'f'\n",
    "src/n/p/u.py": "from . import c\n",
    "src/pyproject.toml": "",
    "lib/pyproject.toml": "",
}


@pytest.mark.parametrize(
    ("dst", "after"),
    [
        ("src/n/r/c.py", "from ..r import c\n\nfrom . import e\nfrom ..r.c import f\n"),
        ("lib/n/r/c.py", "from ..r import c\n\nfrom . import e\nfrom ..r.c import f\n"),
        ("src/z/c.py", "from  z import c\n\nfrom . import e\nfrom  z.c import f\n"),
    ],
)
def test_a_namespace_over_two_source_roots_is_one_package(dst: str, after: str) -> None:
    tree = tree_of(_SPREAD)
    result = move(tree, Move("src/n/p/c.py", dst))
    assert result.tree.read("lib/n/p/e.py").decode() == after
    assert [finding for finding in prove(tree, result).findings if not finding.holds] == []
    assert move(result.tree, result.intent.inverse()).tree == tree


def test_a_package_with_a_marker_is_not_spread_over_source_roots() -> None:
    files = {**_SPREAD, "lib/n/__init__.py": "", "lib/n/p/__init__.py": ""}
    result = move(tree_of(files), Move("src/n/p/c.py", "src/n/r/c.py"))
    assert result.tree.read("lib/n/p/e.py").decode() == files["lib/n/p/e.py"]
