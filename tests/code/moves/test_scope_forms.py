"""Names that are bound in scopes other than the one they stand in, and names that the new place would hide."""

from __future__ import annotations

import pytest

from tests.code.moves.forms import Form, run

_LOADED = "from a import b\nimport a.b.c as q0\n"
_LOADED_AFTER = "from a import b\nimport x.y.c as q0\nimport  x.y.c as b_c\n"

SCOPES = [
    Form(
        "walrus in a comprehension binds in the function around",
        f"{_LOADED}def q(z):\n    return [b := each for each in (z,)], b.c\nr = b.c\n",
        f"{_LOADED_AFTER}def q(z):\n    return [b := each for each in (z,)], b.c\nr = b_c\n",
    ),
    Form(
        "walrus in a comprehension of a comprehension",
        f"{_LOADED}def q(z):\n    return [[b := one for one in two] for two in [(z,)]], b.c\nr = b.c\n",
        f"{_LOADED_AFTER}def q(z):\n    return [[b := one for one in two] for two in [(z,)]], b.c\nr = b_c\n",
    ),
    Form(
        "walrus in a comprehension, name of the new root",
        "import a.b.c\n[x := each for each in (1, 2)]\nr = a.b.c.f()\n",
        "import x.y.c  as a_b_c\n[x := each for each in (1, 2)]\nr = a_b_c.f()\n",
    ),
    Form(
        "walrus in a comprehension of a function, name of the new root",
        "import a.b.c\ndef q():\n    return [x := each for each in (1, 2)], x, a.b.c.f()\n",
        "import x.y.c  as a_b_c\ndef q():\n    return [x := each for each in (1, 2)], x, a_b_c.f()\n",
    ),
    Form(
        "global in a block, name of the new root",
        "import a.b.c\ndef q():\n    if True:\n        global x\n        x = 5\n    return x\nr = [q(), a.b.c.f()]\n",
        "import x.y.c  as a_b_c\ndef q():\n    if True:\n        global x\n        x = 5\n    return x\n"
        "r = [q(), a_b_c.f()]\n",
    ),
    Form(
        "global where all is",
        "global a\nimport a.b.c\nr = a.b.c.f()\n",
        "global x\nimport x.y.c\nr = x.y.c.f()\n",
    ),
    Form(
        "nonlocal before the binding",
        "def q():\n    def r():\n        nonlocal b\n        b = b\n        return b.c.f()\n    from a import b\n"
        "    import a.b.c as q0\n    return r()\ns = q()\n",
        "def q():\n    def r():\n        nonlocal b\n        b = b\n        return b_c.f()\n    from a import b\n"
        "    import x.y.c as q0\n    import  x.y.c as b_c\n    return r()\ns = q()\n",
    ),
    Form(
        "loaded at the top, used beside an import in a function",
        "import a.b.c\ndef q():\n    import a.b.d\n    return a.b.c.f(), a.b.d.g()\nr = q()\n",
        "import x.y.c\ndef q():\n    import a.b.d\n    return x.y.c.f(), a.b.d.g()\nr = q()\n",
    ),
    Form(
        "loaded in a block, used beside an import in a function",
        "if r := 1:\n    import a.b.c\ndef q():\n    import a.b.d\n    return a.b.c.f(), a.b.d.g()\nr = q()\n",
        "if r := 1:\n    import x.y.c\ndef q():\n    import a.b.d\n    import  x.y.c\n"
        "    return x.y.c.f(), a.b.d.g()\nr = q()\n",
        back=False,
    ),
    Form(
        "loaded at the top, where a function has the name of the new root",
        "import a.b.c\ndef q(x=1):\n    import a.b.d\n    return a.b.c.f(), a.b.d.g(), x\nr = q()\n",
        "import x.y.c\ndef q(x=1):\n    import a.b.d\n    import  x.y.c as a_b_c\n"
        "    return a_b_c.f(), a.b.d.g(), x\nr = q()\n",
        back=False,
    ),
    Form(
        "class attribute is not seen in a method",
        "import a.b.c\nclass Q:\n    x = 3\n    def r(self):\n        return a.b.c.f()\n",
        "import x.y.c\nclass Q:\n    x = 3\n    def r(self):\n        return x.y.c.f()\n",
    ),
    Form(
        "class attribute is seen in the class",
        "import a.b.c\nclass Q:\n    x = 3\n    r = a.b.c.f()\n",
        "import x.y.c  as a_b_c\nclass Q:\n    x = 3\n    r = a_b_c.f()\n",
    ),
    Form(
        "class attribute of the old root is not seen in a comprehension",
        "import a.b.c\nclass Q:\n    r = [a.b.c.f() for _ in (1, 2)]\n    a = 1\n",
        "import x.y.c\nclass Q:\n    r = [x.y.c.f() for _ in (1, 2)]\n    a = 1\n",
    ),
]


@pytest.mark.parametrize("form", SCOPES, ids=str)
def test_scopes(form: Form) -> None:
    run(form)
