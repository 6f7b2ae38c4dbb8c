"""Several uses in one f-string, and syntax that only later Pythons parse: the same edits by tree and by tokens."""

from __future__ import annotations

import pytest

from tests.code.moves.forms import Form, run

FORMATTED = [
    Form("two uses", "import a.b.c\nq = f'{a.b.c.f()} {a.b.c.N}'\n", "import x.y.c\nq = f'{x.y.c.f()} {x.y.c.N}'\n"),
    Form(
        "use in the format of a use",
        "import a.b.c\nq = f'{a.b.c.f():>{a.b.c.N}}'\n",
        "import x.y.c\nq = f'{x.y.c.f():>{x.y.c.N}}'\n",
    ),
    Form(
        "parts side by side",
        "import a.b.c\nq = (f'{a.b.c.f()}' 'a.b.c' f'{a.b.c.N}')\n",
        "import x.y.c\nq = (f'{x.y.c.f()}' 'x.y.c' f'{x.y.c.N}')\n",
    ),
    Form(
        "two uses by the package",
        "from a import b\nq = f'{b.c.f()} {b.c.N} {b.d}'\n",
        "from a import b\nimport  x.y.c as b_c\nq = f'{b_c.f()} {b_c.N} {b.d}'\n",
    ),
    Form("two uses by alias", "import a.b.c as m\nq = f'{m.f()} {m.N}'\n", "import x.y.c as m\nq = f'{m.f()} {m.N}'\n"),
    Form("longer names", "import a.b.c2\nq = f'{a.b.c2.f()} {a.b.c2.N}'\n", None),
    Form("local variable", "def q(a):\n    return f'{a.b.c.f()} {a.b.c.N}'\n", None),
    Form("attributes of another", "import os\nq = f'{os.a.b.c} {os.a.b.c}'\n", None),
]

LATER = [
    Form(
        "f-string in an f-string",
        'import a.b.c\nq = f"{a.b.c.f(f"{a.b.c.f("a")!r}")}"\n',
        'import x.y.c\nq = f"{x.y.c.f(f"{x.y.c.f("a")!r}")}"\n',
    ),
    Form(
        "f-string over lines, with a comment",
        "import a.b.c\nq = f'{a.b.c.f()} {\n    # why\n    a.b.c.N\n}'\n",
        "import x.y.c\nq = f'{x.y.c.f()} {\n    # why\n    x.y.c.N\n}'\n",
    ),
    Form("type alias", "import a.b.c\ntype Q = a.b.c.K\n", "import x.y.c\ntype Q = x.y.c.K\n"),
    Form("bound", "import a.b.c\ndef q[T: a.b.c.K](z: T): ...\n", "import x.y.c\ndef q[T: x.y.c.K](z: T): ...\n"),
    Form(
        "constraints",
        "import a.b.c\nclass Q[T: (a.b.c.K, int)]: ...\n",
        "import x.y.c\nclass Q[T: (x.y.c.K, int)]: ...\n",
    ),
    Form("default", "import a.b.c\ndef q[T = a.b.c.K](z: T): ...\n", "import x.y.c\ndef q[T = x.y.c.K](z: T): ...\n"),
    Form("name as a type", "from a.b.c import K\ntype Q = list[K]\n", "from x.y.c import K\ntype Q = list[K]\n"),
    Form("type of another", "import a.b.c2\ntype Q = a.b.c2.K\n", None),
    Form("bound of another", "import z\ndef q[T: z.a.b.c](y: T): ...\n", None),
    Form("called type", "type = 1\nprint(type, 'longer.a.b.c2')\n", None),
]


@pytest.mark.parametrize("form", [*FORMATTED, *LATER], ids=str)
def test_formatted(form: Form) -> None:
    run(form)
