"""Modules reached through packages: uses that now need an import of their own, and names that only look alike."""

from __future__ import annotations

import pytest

from tests.code.moves.forms import Form, run

_KEEPING = {"a/b/__init__.py": "from . import c\n"}
_HIDING = {"a/b/__init__.py": "from .c import f as c\n"}

THROUGH = [
    Form("package imported, module by attribute", "import a.b\na.b.c.f()\n", "import a.b\nimport  x.y.c\nx.y.c.f()\n"),
    Form("top package imported", "import a\na.b.c.f()\n", "import a\nimport  x.y.c\nx.y.c.f()\n"),
    Form("package still used", "import a.b.c\na.b.c.f()\na.b.N\n", "import x.y.c\nimport  a.b\nx.y.c.f()\na.b.N\n"),
    Form(
        "sibling import still there", "import a.b.c, a.b.d\na.b.c.f(a.b.d)\n", "import x.y.c, a.b.d\nx.y.c.f(a.b.d)\n"
    ),
    Form(
        "support after the run",
        "import a.b.c\nimport os\n\na.b.N, a.b.c.f\n",
        "import x.y.c\nimport os\nimport  a.b\n\na.b.N, x.y.c.f\n",
    ),
    Form("support on a shared line", "import a.b.c; a.b.c.f(a.b.N)\n", "import x.y.c ; import  a.b; x.y.c.f(a.b.N)\n"),
    Form(
        "package by alias", "import a.b as p\np.c.f()\np.d\n", "import a.b as p\nimport  x.y.c as p_c\np_c.f()\np.d\n"
    ),
    Form("package by from", "from a import b\nb.c.f()\nb.d\n", "from a import b\nimport  x.y.c as b_c\nb_c.f()\nb.d\n"),
    Form(
        "package by from, in an f-string",
        "from a import b\nq = f'{b.c.f()}'\n",
        "from a import b\nimport  x.y.c as b_c\nq = f'{b_c.f()}'\n",
    ),
    Form(
        "package by from, in a string annotation",
        "from a import b\ndef q(z: 'b.c.K'): ...\n",
        "from a import b\nimport  x.y.c as b_c\ndef q(z: 'b_c.K'): ...\n",
    ),
    Form("top package by alias", "import a as p\np.b.c.f()\n", "import a as p\nimport  x.y.c as p_b_c\np_b_c.f()\n"),
    Form(
        "in a function",
        "def q():\n    from a import b\n    return b.c\n",
        "def q():\n    from a import b\n    import  x.y.c as b_c\n    return b_c\n",
    ),
    Form(
        "local name of the new root",
        "import a.b.c\ndef q(x):\n    return a.b.c.f(x)\n",
        "import x.y.c  as a_b_c\ndef q(x):\n    return a_b_c.f(x)\n",
    ),
    Form("global name of the new root", "import a.b.c\nx = a.b.c.f()\n", "import x.y.c  as a_b_c\nx = a_b_c.f()\n"),
    Form(
        "new root used from outside",
        "import x\ndef q():\n    import a.b.c\n    return x, a.b.c\n",
        "import x\ndef q():\n    import x.y.c\n    return x, x.y.c\n",
        back=False,
    ),
    Form(
        "scopes of their own",
        "def q():\n    import a.b.c\n    return a.b.c\ndef r(a):\n    return a.b.c\n",
        "def q():\n    import x.y.c\n    return x.y.c\ndef r(a):\n    return a.b.c\n",
    ),
    Form(
        "class scope does not reach methods",
        "class Q:\n    import a.b.c\n    z = a.b.c\n    def r(self, a):\n        return a.b.c\n",
        "class Q:\n    import x.y.c\n    z = x.y.c\n    def r(self, a):\n        return a.b.c\n",
    ),
]

KEPT = [
    Form(
        "package exports it by name",
        '"""b"""\n__all__ = ["c", "d"]\n',
        '"""b"""\n__all__ = ["c", "d"]\nimport  x.y.c as c\n',
        "a/b/__init__.py",
    ),
    Form(
        "package adds it to its exports",
        "from .d import g\n__all__ = ['g']\n__all__.extend(('c', 'd'))\n__all__ += ['q']\n",
        "from .d import g\n__all__ = ['g']\n__all__.extend(('c', 'd'))\n__all__ += ['q']\nimport  x.y.c as c\n",
        "a/b/__init__.py",
    ),
    Form(
        "package exports and imports it",
        'from . import c\n__all__ = ["c"]\n',
        'from  x.y import c\n__all__ = ["c"]\n',
        "a/b/__init__.py",
    ),
    Form("package imports it itself", "from a import b\nb.c.f()\n", None, also=_KEEPING),
    Form("package imports it itself, alias", "import a.b as p\np.c.f()\n", None, also=_KEEPING),
    Form("package hides it", "from a.b import c\nc()\n", None, also=_HIDING),
    Form("package hides it, attribute", "import a.b\na.b.c()\n", None, also=_HIDING),
    Form("package hides it, its own name is meant", "from a.b.c import f\n", "from x.y.c import f\n", also=_HIDING),
    Form(
        "package hides it, both are meant",
        "from a.b import c, d\nfrom a.b.c import K\n",
        "from a.b import c, d\nfrom x.y.c import K\n",
        also=_HIDING,
    ),
    Form("alias shadowed by a parameter", "from a import b\ndef q(b):\n    return b.c.f()\n", None),
    Form("alias shadowed by a loop", "from a import b as p\nq = [p.c for p in []]\n", None),
    Form("exception name", "try:\n    pass\nexcept OSError as a:\n    a.b.c()\n", None),
    Form("walrus", "if (a := 1):\n    a.b.c()\n", None),
    Form("match capture", "match 1:\n    case a:\n        a.b.c()\n", None),
    Form("with target", "with open('q') as a:\n    a.b.c()\n", None),
    Form("deleted and rebound", "a = 1\ndel a\na = object()\na.b.c\n", None),
    Form("function called so", "def a(): ...\na.b.c\n", None),
    Form("class called so", "class a:\n    class b:\n        c = 1\na.b.c\n", None),
    Form("import of something else called so", "import z as a\na.b.c.f()\n", None),
]


@pytest.mark.parametrize("form", [*THROUGH, *KEPT], ids=str)
def test_names(form: Form) -> None:
    run(form)
