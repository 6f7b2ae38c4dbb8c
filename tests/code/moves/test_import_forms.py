"""Absolute imports: every way to write them, and what must stay as it is."""

from __future__ import annotations

import pytest

from tests.code.moves.forms import Form, run

PLAIN = [
    Form("dotted import with chain", "import a.b.c\nprint(a.b.c.f())\n", "import x.y.c\nprint(x.y.c.f())\n"),
    Form("alias", "import a.b.c as m\nm.f()\n", "import x.y.c as m\nm.f()\n"),
    Form("several in one", "import os, a.b.c, sys\na.b.c.f()\n", "import os, x.y.c, sys\nx.y.c.f()\n"),
    Form("several with alias", "import a.b.d, a.b.c as m\nm.f()\n", "import a.b.d, x.y.c as m\nm.f()\n"),
    Form("backslash", "import \\\n    a.b.c\na.b.c.f()\n", "import \\\n    x.y.c\nx.y.c.f()\n"),
    Form(
        "backslash within the package",
        "from a \\\n .b import c2, \\\n c\nc.f()\n",
        "from a \\\n .b import (c2, \\\n )\n\nfrom x.y import c\nc.f()\n",
        back=False,
    ),
    Form("semicolons", "import os; import a.b.c; a.b.c.f()\n", "import os; import x.y.c; x.y.c.f()\n"),
    Form("blanks around dots", "import a . b . c\na . b . c . f()\n", "import x . y . c\nx . y . c . f()\n"),
    Form(
        "in a function", "def q():\n\timport a.b.c\n\treturn a.b.c.f\n", "def q():\n\timport x.y.c\n\treturn x.y.c.f\n"
    ),
    Form("conditional", "if True: import a.b.c\nelse: a = None\n", "if True: import x.y.c\nelse: a = None\n"),
    Form(
        "try and except",
        "try:\n    import a.b.c as m\nexcept ImportError:\n    m = None\n",
        "try:\n    import x.y.c as m\nexcept ImportError:\n    m = None\n",
    ),
    Form(
        "chain over lines",
        "import a.b.c\nq = (a.b\n     .c.f)\n",
        "import x.y.c\nq = (x.y\n     .c.f)\n",
    ),
    Form("chain as target", "import a.b.c\na.b.c.N = 1\ndel a.b.c.N\n", "import x.y.c\nx.y.c.N = 1\ndel x.y.c.N\n"),
    Form("decorator", "import a.b.c\n@a.b.c.f\ndef q(): ...\n", "import x.y.c\n@x.y.c.f\ndef q(): ...\n"),
    Form("annotation", "import a.b.c\ndef q(z: a.b.c.K): ...\n", "import x.y.c\ndef q(z: x.y.c.K): ...\n"),
    Form("f-string", "import a.b.c\nq = f'{a.b.c.f()!r:>{9}}'\n", "import x.y.c\nq = f'{x.y.c.f()!r:>{9}}'\n"),
    Form(
        "comprehension",
        "import a.b.c\nq = [a.b.c.f() for _ in 'ab']\n",
        "import x.y.c\nq = [x.y.c.f() for _ in 'ab']\n",
    ),
]

FROM = [
    Form("module from package", "from a.b import c\nc.f()\n", "from x.y import c\nc.f()\n"),
    Form("module as", "from a.b import c as m\n", "from x.y import c as m\n"),
    Form("name from module", "from a.b.c import f\n", "from x.y.c import f\n"),
    Form("names in brackets", "from a.b.c import (f,  # one\n    K)\n", "from x.y.c import (f,  # one\n    K)\n"),
    Form("star", "from a.b.c import *\n", "from x.y.c import *\n"),
    Form("backslash in from", "from a.b.c \\\n    import f\n", "from x.y.c \\\n    import f\n"),
    Form("split", "from a.b import c, d\n", "from x.y import c\n\nfrom a.b import d\n"),
    Form(
        "split keeps order",
        "from a.b import d, c, c2\n",
        "from a.b import d\n\nfrom x.y import c\n\nfrom a.b import c2\n",
    ),
    Form("split with alias", "from a.b import c as m, d as n\n", "from x.y import c as m\n\nfrom a.b import d as n\n"),
    Form(
        "split in brackets keeps comments",
        "from a.b import (\n    c,  # keep c\n    # before d\n    d,  # keep d\n)\n",
        "from x.y import (\n    c,  # keep c\n)\n\nfrom a.b import (\n    # before d\n    d,  # keep d\n)\n",
    ),
    Form("split on one bracketed line", "from a.b import (c, d)\n", "from x.y import (c)\n\nfrom a.b import (d)\n"),
    Form(
        "split keeps pragma",
        "from a.b import c, d  # noqa: F401\n",
        "from x.y import c  # noqa: F401\n\nfrom a.b import d  # noqa: F401\n",
    ),
    Form("split keeps comment", "from a.b import c, d  # both\n", "from x.y import c\n\nfrom a.b import d  # both\n"),
    Form("split after a colon", "if 1: from a.b import c, d\n", "if 1: from x.y import c ; from a.b import d\n"),
    Form(
        "split between semicolons",
        "q = 1; from a.b import c, d; r = 2\n",
        "q = 1; from x.y import c ; from a.b import d; r = 2\n",
    ),
    Form("split without blank", "from a.b import c,d\n", "from x.y import (c,)\n\nfrom a.b import d\n"),
    Form(
        "split over a backslash",
        "from a.b import c, \\\n    d\n",
        "from x.y import (c, \\\n    )\n\nfrom a.b import d\n",
    ),
    Form(
        "split in a function",
        "def q():\n    from a.b import d, c\n    return c, d\n",
        "def q():\n    from a.b import d\n\n    from x.y import c\n    return c, d\n",
    ),
    Form("split with CRLF", b"from a.b import c, d\r\n", b"from x.y import c\r\n\r\nfrom a.b import d\r\n"),
    Form(
        "two that stand apart",
        "from a.b import c\n\nfrom a.b import d\n",
        "from x.y  import c\n\nfrom a.b import d\n",
    ),
    Form(
        "two that stand apart, the second moves",
        "from a.b import d\n\nfrom a.b import c\n",
        "from a.b  import d\n\nfrom x.y import c\n",
    ),
    Form(
        "several that stand apart, one is split",
        "from a.b import d\n\nfrom a.b import c, c2\n\nfrom a.b import N\n",
        "from a.b  import d\n\nfrom x.y import c\n\nfrom a.b import c2\n\nfrom a.b import N\n",
    ),
    Form(
        "two that stand apart, and both move",
        "from a.b import c\n\nfrom a.b import d\n",
        "from x.b import c\n\nfrom x.b import d\n",
        src="a/b",
        dst="x/b",
    ),
    Form(
        "two that stand apart on one line",
        "from a.b import c ; from a.b import d\n",
        "from x.y  import c ; from a.b import d\n",
    ),
    Form("two that stand apart, neither moves", "from a.b import c2\n\nfrom a.b import d\n", None),
    Form("one a line stays so", "from a.b import c\nfrom a.b import d\n", "from x.y import c\nfrom a.b import d\n"),
    Form(
        "type checking",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.b.c import K\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from x.y.c import K\n",
    ),
    Form("new last part", "from a.b import c\nc.f()\n", "from x.y import z as c\nc.f()\n", dst="x/y/z.py"),
    Form("new last part, redundant alias", "from a.b import c as c\n", "from x.y import z  as c\n", dst="x/y/z.py"),
    Form("new last part, own alias", "from a.b import c as z\n", "from x.y import z\n", dst="x/y/z.py"),
    Form("new last part, dotted", "import a.b.c\na.b.c.f()\n", "import x.y.z\nx.y.z.f()\n", dst="x/y/z.py"),
    Form("same package, new last part", "from a.b import c, d\n", "from a.b import z as c, d\n", dst="a/b/z.py"),
]

TOP = [
    Form(
        "top level to package",
        "import c\nc.f()\n",
        "import x.c as c\nc.f()\n",
        src="c.py",
        dst="x/c.py",
        also={"c.py": "def f(): ...\n"},
    ),
    Form("top level, alias", "import c as m\n", "import x.c as m\n", src="c.py", dst="x/c.py", also={"c.py": ""}),
    Form("top level, from", "from c import f\n", "from x.c import f\n", src="c.py", dst="x/c.py", also={"c.py": ""}),
    Form("package to top level", "from a.b import c\n", "import  c\n", dst="c.py"),
    Form(
        "package to top level, alias",
        "from a.b import c as m, d\n",
        "import  c as m\n\nfrom a.b import d\n",
        dst="c.py",
    ),
    Form("package to top level, dotted", "import a.b.c\na.b.c.f()\n", "import c as c\nc.f()\n", dst="c.py"),
    Form("package to top level, name", "from a.b.c import f\n", "from c import f\n", dst="c.py"),
    Form(
        "top level word", "c = 1\nprint(c.real, 'c', \"c.f\")  # c\n", None, src="c.py", dst="x/c.py", also={"c.py": ""}
    ),
    Form("attribute called so", "import os\nos.c = 1\n", None, src="c.py", dst="x/c.py", also={"c.py": ""}),
]

UNTOUCHED = [
    Form("longer name", "import a.b.c2\nfrom a.b import c2\na.b.c2.h()\n", None),
    Form("longer prefix", "import my_a.b.c\nfrom za.b.c import f\nmy_a.b.c.f()\n", None),
    Form("other package", "import z.a.b.c\nfrom z.a.b import c\nz.a.b.c.f()\n", None),
    Form("sibling", "from a.b import d\nimport a.b.d\na.b.d.g()\n", None),
    Form("package alone", "import a.b\nprint(a.b)\n", None),
    Form("local variable", "class Q: pass\na = Q(); a.b = Q(); a.b.c = 1\nprint(a.b.c)\n", None),
    Form("parameter", "def q(a):\n    return a.b.c.f()\n", None),
    Form("lambda parameter", "q = lambda a: a.b.c\n", None),
    Form("loop variable", "for a in []:\n    a.b.c()\n", None),
    Form("comprehension variable", "q = [a.b.c for a in []]\n", None),
    Form("attribute of self", "class Q:\n    def r(self):\n        return self.a.b.c.f()\n", None),
    Form("attribute of a call", "def q(): ...\nq().a.b.c.f()\n", None),
    Form("keyword argument", "def q(c): ...\nq(c=1)\n", None),
    Form("name of an import of another", "from z import c\nc.f()\n", None),
    Form("relative elsewhere", "from .b import c\n", None, path="z/q.py"),
    Form("own name", "def c():\n    return 1\n\n\nc()\n", None),
    Form("import of the parent's other name", "from a.b import K as c\n", None),
]


@pytest.mark.parametrize("form", [*PLAIN, *FROM, *TOP, *UNTOUCHED], ids=str)
def test_imports(form: Form) -> None:
    run(form)
