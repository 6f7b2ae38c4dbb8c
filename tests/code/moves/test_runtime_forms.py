"""Names that mean the module only at run time: answers of `__import__`, `global`, tables, stars, source roots."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from tests.code.moves.forms import SKELETON, Form, run
from tests.code.moves.repos import tree_of

_TOP = {"src": "c.py", "dst": "x/c.py", "also": {"c.py": "def f(): ...\n"}}

ANSWERS = [
    Form("answer", "__import__('a.b.c').b.c.f()\n", "__import__('x.y.c').y.c.f()\n"),
    Form("answer in brackets", "q = (__import__('a.b.c')).b .c\n", "q = (__import__('x.y.c')).y .c\n"),
    Form(
        "answer with an empty list of names",
        "__import__('a.b.c', globals(), {}, []).b.c.f()\n",
        "__import__('x.y.c', globals(), {}, []).y.c.f()\n",
    ),
    Form(
        "answer of the module", "__import__('a.b.c', fromlist=['f']).f()\n", "__import__('x.y.c', fromlist=['f']).f()\n"
    ),
    Form("nobody takes the answer", "__import__('a.b.c')\n", "__import__('x.y.c')\n"),
    Form("answer, to the top level", "q = __import__('a.b.c').b.c.f\n", "q = __import__('c').f\n", dst="c.py"),
    Form(
        "answer, from the top level",
        "q = __import__('c').f\n__import__('c')\n",
        "q = __import__('x.c').c.f\n__import__('x.c')\n",
        **_TOP,
    ),
    Form("answer about a sibling", "__import__('a.b.d').b.d.g()\n", None),
    Form("answer about a longer name", "__import__('a.b.c2').b.c2.h()\n", None),
    Form("no answer at all", "def q(a): ...\nq('z').b.c\n", None),
]

_LOAD = "def load():\n    global {}\n    {}\n\n\ndef use():\n    return {}\n\n\nload()\n"

DECLARED = [
    Form("global", _LOAD.format("a", "import a.b.c", "a.b.c.f()"), _LOAD.format("x", "import x.y.c", "x.y.c.f()")),
    Form(
        "global, the package stays",
        _LOAD.format("a", "import a.b.c, a.b.d", "a.b.c.f(), a.b.d"),
        _LOAD.format("a, x", "import x.y.c, a.b.d", "x.y.c.f(), a.b.d"),
    ),
    Form(
        "global among others",
        _LOAD.format("q, a", "import os, a.b.c", "a.b.c.f()"),
        _LOAD.format("q, x", "import os, x.y.c", "x.y.c.f()"),
    ),
    Form(
        "global with a name of the new root in the way",
        "x = 1\n" + _LOAD.format("a", "import a.b.c", "a.b.c.f()"),
        "x = 1\n" + _LOAD.format("a_b_c", "import x.y.c  as a_b_c", "a_b_c.f()"),
    ),
    Form(
        "global package",
        _LOAD.format("b", "from a import b", "b.c.f()"),
        _LOAD.format("b, b_c", "from a import b\n    import  x.y.c as b_c", "b_c.f()"),
    ),
    Form(
        "global of one part",
        _LOAD.format("c", "import c", "c.f()"),
        _LOAD.format("c", "import x.c as c", "c.f()"),
        **_TOP,
    ),
    Form(
        "global alias", _LOAD.format("m", "import a.b.c as m", "m.f()"), _LOAD.format("m", "import x.y.c as m", "m.f()")
    ),
    Form("global variable of that name", "def q():\n    global a\n    a = 1\n", None),
    Form("global of a sibling", _LOAD.format("a", "import a.b.d", "a.b.d.g()"), None),
]

_TABLE = (
    "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach(\n    __name__,\n"
    "    submodules={{'{}'}},\n    submod_attrs={{\n        '{}': ['f'],\n        'd': ['g'],\n    }},\n)\n"
)
_OWN = (
    "import importlib\n_S = {'c',\n      'd'}\n\n\ndef __getattr__(name):\n    if name in _S:\n"
    "        return importlib.import_module('.' + name, __name__)\n    raise AttributeError(name)\n"
)

TABLES = [
    Form("table, in the package", _TABLE.format("c", "c"), _TABLE.format("z", "z"), "a/b/__init__.py", dst="a/b/z.py"),
    Form(
        "table of the package above",
        _TABLE.format("z", "b.c"),
        _TABLE.format("z", "c"),
        "a/__init__.py",
        dst="a/c.py",
    ),
    Form("table of a sibling", _TABLE.format("d", "c2"), None, "a/b/__init__.py"),
    Form("table elsewhere", _TABLE.format("c", "c"), None, "z/__init__.py"),
    Form("table that is none", "def attach(name, of): ...\nattach(__name__, ['k', 'c2'])\n", None, "a/b/__init__.py"),
]

_STARS = {"a/__init__.py": "from a.b import *\n"}

STARS = [
    Form(
        "star of a package, read by attribute",
        "from .c import *\nfrom .d import *\n",
        "from  x.y.c import *\nfrom .d import *\nimport  x.y.c as c\n",
        "a/b/__init__.py",
        also={**_STARS, "app.py": "import a as n\nn.c.f()\n"},
    ),
    Form(
        "star of a package, read by name",
        "from .c import *\n",
        "from  x.y.c import *\nimport  x.y.c as c\n",
        "a/b/__init__.py",
        also={**_STARS, "app.py": "from a import c\nc.f()\n"},
    ),
    Form(
        "star of a package, read elsewhere in it",
        "from .c import *\n",
        "from  x.y.c import *\nimport  x.y.c as c\n",
        "a/b/__init__.py",
        also={**_STARS, "a/q.py": "from . import c as m\n"},
    ),
    Form(
        "reader of the star", "import a as n\nn.c.f()\n", None, also={**_STARS, "a/b/__init__.py": "from .c import *\n"}
    ),
    Form(
        "star that nobody reads",
        "from .c import *\n",
        "from  x.y.c import *\n",
        "a/b/__init__.py",
        also={**_STARS, "app.py": "import a as n\nn.d.g()\n# n.c\n"},
    ),
    Form(
        "star stopped by a list",
        "from .c import f\n__all__ = ['f']\n",
        "from  x.y.c import f\n__all__ = ['f']\n",
        "a/b/__init__.py",
        also={**_STARS, "app.py": "import a as n\nn.c\n"},
    ),
    Form(
        "star beside another that has the name",
        "from .c import *\n",
        "from  x.y.c import *\n",
        "a/b/__init__.py",
        also={
            "a/__init__.py": "from a.b import *\nfrom a.z import *\n",
            "a/z.py": "from z import c\n",
            "app.py": "import a as n\nn.c\n",
        },
    ),
    Form(
        "star hidden by a name of its own",
        "from .c import *\n",
        "from  x.y.c import *\n",
        "a/b/__init__.py",
        also={"a/__init__.py": "from a.b import *\nc = 1\n", "app.py": "import a as n\nn.c\n"},
    ),
]

_DETOUR = {"x/__init__.py": "from .y import y\n", "x/y/__init__.py": "def y(): ...\n"}

HIDDEN = [
    Form(
        "new package hidden by its parent",
        "__all__ = ['c']\n",
        "__all__ = ['c']\nfrom x.y import  c as c\n",
        "a/b/__init__.py",
        also=_DETOUR,
    ),
    Form(
        "new package hidden by its parent, use through a package",
        "from a import b\nq = b.c.f()\n",
        "from a import b\nfrom x.y import  c as b_c\nq = b_c.f()\n",
        also=_DETOUR,
    ),
    Form(
        "new package hidden by its parent, from",
        "from a.b import c\nc.f()\n",
        "from x.y import c\nc.f()\n",
        also=_DETOUR,
    ),
    Form(
        "new package whose parent sets an attribute of it",
        "from a import b\nq = b.c.f()\n",
        "from a import b\nimport  x.y.c as b_c\nq = b_c.f()\n",
        also={"x/__init__.py": "import x.y\nx.y.k = 1\nfrom . import y\ny.k = 1\n"},
    ),
]

_SRC = {"src/p/__init__.py": "", "src/p/c.py": "def f(): ...\n", "src/p/d.py": "", "src/p/b/__init__.py": ""}
_ROOTED = {"src": "src/p/c.py", "dst": "src/p/b/c.py"}


def _rooted(label: str, before: str, after: str | None, path: str = "app.py") -> Form:
    return Form(f"root, {label}", before, after, path, **_ROOTED, also={k: v for k, v in _SRC.items() if k != path})


ROOTED = [
    _rooted("from", "from src.p.c import f\n", "from src.p.b.c import f\n"),
    _rooted("module", "from src.p import c, d\n", "from src.p.b import c\n\nfrom src.p import d\n"),
    _rooted("dotted", "import src.p.c\nsrc.p.c.f()\n", "import src.p.b.c\nsrc.p.b.c.f()\n"),
    _rooted("both", "from p.c import f\nfrom src.p import c\n", "from p.b.c import f\nfrom src.p.b import c\n"),
    _rooted(
        "within",
        "from src.p.c import f\nfrom .c import f\n",
        "from src.p.b.c import f\nfrom .b.c import f\n",
        "src/p/d.py",
    ),
    _rooted("text", "mock.patch('src.p.c.f')  # src.p.c\n", "mock.patch('src.p.b.c.f')  # src.p.b.c\n"),
    _rooted("configuration", "q: src.p.c:f\np: src/p/c.py p.c\n", "q: src.p.b.c:f\np: src/p/b/c.py p.b.c\n", "q.yaml"),
    _rooted("sibling", "from src.p import d\nimport src.p.d\n", None),
    _rooted("other root", "from lib.p.c import f\nimport my_src.p.c\n", None),
    _rooted("variable", "def q(src):\n    return src.p.c\n", None),
    Form("root, to another", "import src.p.c as m\n", "import lib.w.c as m\n", "app.py", "src/p/c.py", "lib/w/c.py",
         {**_SRC, "lib/w/__init__.py": ""}),
]  # fmt: skip


@pytest.mark.parametrize("form", [*ANSWERS, *DECLARED, *TABLES, *STARS, *HIDDEN, *ROOTED], ids=str)
def test_names_at_run_time(form: Form) -> None:
    run(form)


REPORTED = [
    ("answer kept", "app.py", "m = __import__('a.b.c')\nm.b.c.f()\n", 1, "computed-name"),
    ("answer read by name", "app.py", "\ngetattr(__import__('a.b.c'), 'b').c\n", 2, "computed-name"),
    ("answer in an f-string", "app.py", "q = f'{__import__(\"a.b.c\").b.c}'\n", 1, "computed-name"),
    ("answer about a sibling", "app.py", "__import__('a.b.c').b.d.g()\n", 1, "computed-name"),
    ("relative answer", "a/b/m.py", "\n__import__('c', globals(), level=1).f()\n", 2, "computed-name"),
    ("submodules", "a/b/__init__.py", _TABLE.format("c", "c"), 4, "lazy-table"),
    ("attributes", "a/b/__init__.py", _TABLE.format("c", "c"), 6, "lazy-table"),
    ("table of its own", "a/b/__init__.py", _OWN, 2, "lazy-table"),
    (
        "comparison",
        "a/b/__init__.py",
        "def __getattr__(name):\n    if name == 'c':\n        return 1\n",
        2,
        "lazy-table",
    ),
    (
        "nonlocal",
        "app.py",
        "def q():\n    import a.b.c\n    def r():\n        nonlocal a\n        import a.b.d\n",
        4,
        "declared-name",
    ),
]


@pytest.mark.parametrize(("label", "path", "text", "line", "kind"), REPORTED, ids=[each[0] for each in REPORTED])
def test_what_stays_uncertain_is_reported_with_its_line(label: str, path: str, text: str, line: int, kind: str) -> None:
    result = move(tree_of({**SKELETON, path: text}), Move("a/b/c.py", "x/y/c.py"))
    assert (path, line, kind) in {(each.path, each.line, each.kind) for each in result.notices}


def test_an_import_by_attributes_that_do_not_lead_there_is_reported() -> None:
    text = "import os, a.b.c as m\nfrom a.b import c\n# import a.b.c\n"
    result = move(tree_of({**SKELETON, **_DETOUR, "app.py": text}), Move("a/b/c.py", "x/y/c.py"))
    assert [(each.path, each.line, each.kind) for each in result.notices] == [("app.py", 1, "hidden-package")]
    plain = move(tree_of({**SKELETON, "app.py": text}), Move("a/b/c.py", "x/y/c.py"))
    assert plain.notices == ()


def test_a_stub_that_a_package_is_loaded_by_may_not_leave_it() -> None:
    call = "import lazy_loader\n__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)\n"
    tree = tree_of({**SKELETON, "a/b/__init__.py": call, "a/b/__init__.pyi": "from .c import f\n"})
    away, within = (move(tree, Move("a/b/c.py", dst)) for dst in ("x/y/c.py", "a/b/z.py"))
    assert [(each.path, each.line, each.kind) for each in away.notices] == [("a/b/__init__.py", 2, "lazy-table")]
    assert within.notices == ()
    assert within.tree.read("a/b/__init__.pyi") == b"from .z import f\n"


def test_what_was_rewritten_is_not_reported() -> None:
    tree = tree_of({**SKELETON, "a/b/__init__.py": _TABLE.format("c", "c"), "app.py": "__import__('a.b.c').b.c\n"})
    assert move(tree, Move("a/b/c.py", "a/b/z.py")).notices == ()
    top = tree_of({"c.py": "", "x/__init__.py": "", "app.py": "import sys\nsys.modules['c']\n"})
    assert move(top, Move("c.py", "x/c.py")).notices == ()


def test_edits_under_both_names_tell_the_lines_of_the_file_before() -> None:
    text = "from p import c, d\n\nimport src.p.c\n\n# src.p.c\n"
    edits = move(tree_of({**_SRC, "app.py": text}), Move("src/p/c.py", "src/p/b/c.py")).edits
    assert [(each.line, each.before) for each in edits] == [(1, "from p import c, d"), (3, "src.p.c"), (5, "src.p.c")]


def test_a_longer_name_that_means_another_file_stays() -> None:
    files = {"one/src/a/__init__.py": "", "one/src/a/c.py": "", "src/a/c.py": "", "src/a/__init__.py": ""}
    tree = tree_of({**files, "one/src/z/__init__.py": "", "app.py": "import src.a.c\nimport one.src.a.c\n"})
    result = move(tree, Move("one/src/a/c.py", "one/src/z/c.py"), roots=["one/src", "src"])
    assert result.tree.read("app.py") == b"import src.a.c\nimport one.src.z.c\n"
