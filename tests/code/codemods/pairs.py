"""Modules before and after `isolate-import`; four in ten stay as they are, for a reason that is told."""

from __future__ import annotations

from dataclasses import dataclass

LAB = {
    "labs/__init__.py": "VERSION = 3\n",
    "labs/x.py": "class Y:\n    size = 7\n\n\nclass Z(Y):\n    pass\n\n\ndef make():\n    return Y()\n\n\nDEPTH = 2\n",
    "labs/deep/__init__.py": "",
    "labs/deep/w.py": "def weigh():\n    return 9\n",
    "core/__init__.py": "",
}


@dataclass(frozen=True)
class Pair:
    """`core/m.py` before; what a call of `run()` gives; and either the text after in mode lazy-call, or the cause."""

    name: str
    before: str
    result: object = None
    after: str = ""
    cause: str = ""


TYPED = "from __future__ import annotations\n\n"

CHANGED = (
    Pair(
        "from import",
        "from labs.x import Y\n\n\ndef run():\n    return Y().size\n",
        7,
        "\n\ndef run():\n    from labs.x import Y\n    return Y().size\n",
    ),
    Pair(
        "under another name",
        "from labs.x import Y as Why\n\n\ndef run():\n    return Why.size\n",
        7,
        "\n\ndef run():\n    from labs.x import Y as Why\n    return Why.size\n",
    ),
    Pair(
        "plain import",
        "import labs.x\n\n\ndef run():\n    return labs.x.make().size\n",
        7,
        "\n\ndef run():\n    import labs.x\n    return labs.x.make().size\n",
    ),
    Pair(
        "plain import, two modules",
        "import labs.x\nimport labs.deep.w\n\n\ndef run():\n    return labs.x.DEPTH + labs.deep.w.weigh()\n",
        11,
        "\n\ndef run():\n    import labs.x\n    import labs.deep.w\n    return labs.x.DEPTH + labs.deep.w.weigh()\n",
    ),
    Pair(
        "plain import with an alias",
        "import labs.x as lx\n\n\ndef run():\n    return lx.DEPTH\n",
        2,
        "\n\ndef run():\n    import labs.x as lx\n    return lx.DEPTH\n",
    ),
    Pair(
        "several in one statement",
        "import os, labs.x, sys\n\n\ndef run():\n    return labs.x.DEPTH, bool(os), bool(sys)\n",
        (2, True, True),
        "import os, sys\n\n\ndef run():\n    import labs.x\n    return labs.x.DEPTH, bool(os), bool(sys)\n",
    ),
    Pair(
        "several names",
        "from labs.x import (\n    Y,  # why\n    make,\n)\n\n\ndef run():\n    return isinstance(make(), Y)\n",
        True,
        "\n\ndef run():\n    from labs.x import Y\n    from labs.x import make\n    return isinstance(make(), Y)\n",
    ),
    Pair(
        "a submodule from its package",
        "from labs import x\n\n\ndef run():\n    return x.DEPTH\n",
        2,
        "\n\ndef run():\n    from labs import x\n    return x.DEPTH\n",
    ),
    Pair(
        "in the branch that needs it",
        "from labs.x import Y\n\n\ndef run(deep=True):\n    if deep:\n        return Y.size\n    return 0\n",
        7,
        "\n\ndef run(deep=True):\n    if deep:\n        from labs.x import Y\n        return Y.size\n    return 0\n",
    ),
    Pair(
        "before an elif",
        "from labs.x import Y\n\n\ndef run(n=1):\n    if n == 0:\n        return 0\n    elif n == Y.size - 6:\n        return 5\n",
        5,
        "\n\ndef run(n=1):\n    from labs.x import Y\n    if n == 0:\n        return 0\n    elif n == Y.size - 6:\n"
        "        return 5\n",
    ),
    Pair(
        "not inside a try that would catch it",
        "from labs.x import Y\n\n\ndef run():\n    try:\n        return Y.size\n    except ImportError:\n        return 0\n",
        7,
        "\n\ndef run():\n    from labs.x import Y\n    try:\n        return Y.size\n    except ImportError:\n        return 0\n",
    ),
    Pair(
        "in a method, after its docstring",
        'from labs.x import Y\n\n\nclass A:\n    def go(self):\n        """Go."""\n        return Y.size\n\n\n'
        "def run():\n    return A().go()\n",
        7,
        '\n\nclass A:\n    def go(self):\n        """Go."""\n        from labs.x import Y\n        return Y.size\n\n\n'
        "def run():\n    return A().go()\n",
    ),
    Pair(
        "in a nested function",
        "from labs.x import Y\n\n\ndef run():\n    def inner():\n        return Y.size\n\n    return inner()\n",
        7,
        "\n\ndef run():\n    def inner():\n        from labs.x import Y\n        return Y.size\n\n    return inner()\n",
    ),
    Pair(
        "on one line",
        "from labs.x import Y\n\n\ndef run(): return Y.size\n",
        7,
        "\n\ndef run(): from labs.x import Y; return Y.size\n",
    ),
    Pair(
        "in an f-string and a comprehension",
        "from labs.x import DEPTH\n\n\ndef run():\n    return [f'{DEPTH + n}' for n in range(2)]\n",
        ["2", "3"],
        "\n\ndef run():\n    from labs.x import DEPTH\n    return [f'{DEPTH + n}' for n in range(2)]\n",
    ),
    Pair(
        "a parameter of the same name",
        "from labs.x import DEPTH\n\n\ndef twice(DEPTH):\n    return 2 * DEPTH\n\n\ndef run():\n    return twice(DEPTH)\n",
        4,
        "\n\ndef twice(DEPTH):\n    return 2 * DEPTH\n\n\ndef run():\n    from labs.x import DEPTH\n    return twice(DEPTH)\n",
    ),
    Pair(
        "annotations that nothing evaluates",
        TYPED + "from labs.x import Y\n\n\ndef run(y: Y | None = None) -> int:\n    return Y.size\n",
        7,
        TYPED + "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labs.x import Y\n\n\n"
        "def run(y: Y | None = None) -> int:\n    from labs.x import Y\n    return Y.size\n",
    ),
    Pair(
        "a quoted annotation alone",
        "from labs.x import Y\n\n\ndef run(y: 'Y' = None):\n    return y\n",
        None,
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labs.x import Y\n\n\ndef run(y: 'Y' = None):\n    return y\n",
    ),
    Pair(
        "a try that says what its absence means",
        "try:\n    from labs.x import Y\nexcept ImportError:\n    Y = None\n\n\ndef run():\n    return Y and Y.size\n",
        7,
        "\n\ndef run():\n    try:\n        from labs.x import Y\n    except ImportError:\n        Y = None\n    return Y and Y.size\n",
    ),
    Pair(
        "a lambda in a function",
        "from labs.x import Y\n\n\ndef run():\n    return (lambda: Y.size)()\n",
        7,
        "\n\ndef run():\n    from labs.x import Y\n    return (lambda: Y.size)()\n",
    ),
    Pair(
        "a field of a plain dataclass that nothing evaluates",
        TYPED + "from dataclasses import dataclass\n\nfrom labs.x import Y\n\n\n@dataclass\nclass A:\n    y: Y\n\n\n"
        "def run():\n    return A(Y()).y.size\n",
        7,
        TYPED
        + "from dataclasses import dataclass\n\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labs.x import Y\n\n\n"
        "@dataclass\nclass A:\n    y: Y\n\n\ndef run():\n    from labs.x import Y\n    return A(Y()).y.size\n",
    ),
    Pair(
        "a property and a base of the module",
        TYPED
        + "from labs.x import Y\n\n\nclass A:\n    pass\n\n\nclass B(A):\n    y: Y\n\n    @property\n    def z(self) -> Y:\n        return Y()\n\n\n"
        "def run():\n    return B().z.size\n",
        7,
        TYPED
        + "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from labs.x import Y\n\n\nclass A:\n    pass\n\n\nclass B(A):\n    y: Y\n\n"
        "    @property\n    def z(self) -> Y:\n        from labs.x import Y\n        return Y()\n\n\ndef run():\n    return B().z.size\n",
    ),
    Pair(
        "a class whose children do not run it",
        "from labs.x import Y\n\n\nclass A:\n    def go(self):\n        return Y.size\n\n\nclass B(A):\n    pass\n\n\n"
        "def run():\n    return B().go()\n",
        7,
        "\n\nclass A:\n    def go(self):\n        from labs.x import Y\n        return Y.size\n\n\nclass B(A):\n    pass\n\n\n"
        "def run():\n    return B().go()\n",
    ),
    Pair(
        "caught and matched in a function",
        "from labs.x import Y\n\n\ndef run(x=3):\n    match x:\n        case Y():\n            return 1\n    return 2\n",
        2,
        "\n\ndef run(x=3):\n    from labs.x import Y\n    match x:\n        case Y():\n            return 1\n    return 2\n",
    ),
)

REFUSED = (
    Pair("base class", "from labs.x import Y\n\n\nclass A(Y):\n    pass\n", cause="base-class"),
    Pair("decorator", "from labs.x import Y\n\n\n@Y\ndef run():\n    return 1\n", cause="decorator"),
    Pair("default argument", "from labs.x import Y\n\n\ndef run(y=Y):\n    return y\n", cause="default-argument"),
    Pair("keyword default", "from labs.x import Y\n\n\ndef run(*, y=Y):\n    return y\n", cause="default-argument"),
    Pair("annotation", "from labs.x import Y\n\n\ndef run(y: Y):\n    return y\n", cause="annotation-evaluated"),
    Pair("annotated name", "from labs.x import Y\n\nthing: Y = None\n", cause="annotation-evaluated"),
    Pair("module level", "from labs.x import Y\n\nthing = Y()\n", cause="module-level-use"),
    Pair("isinstance", "from labs.x import Y\n\nknown = isinstance(3, Y)\n", cause="isinstance-at-import"),
    Pair("star", "from labs.x import *\n\n\ndef run():\n    return Y\n", cause="star-import"),
    Pair("export", "from labs.x import Y\n\n__all__ = ['Y']\n\n\ndef run():\n    return Y\n", cause="re-export"),
    Pair("class body", "from labs.x import Y\n\n\nclass A:\n    kind = Y\n", cause="class-body-use"),
    Pair("import in a class", "class A:\n    from labs.x import Y\n", cause="class-body-import"),
    Pair(
        "under a condition",
        "import sys\n\nif sys.flags.debug:\n    from labs.x import Y\n\n\ndef run():\n    return Y\n",
        cause="conditional-import",
    ),
    Pair("bound again", "from labs.x import Y\n\n\ndef run():\n    return Y\n\n\nY = 3\n", cause="rebinding"),
    Pair("global", "from labs.x import Y\n\n\ndef run():\n    global Y\n    Y = 3\n", cause="rebinding"),
    Pair(
        "called at import",
        "from labs.x import Y\n\n\ndef make():\n    return Y()\n\n\nMADE = make()\n",
        cause="called-at-import",
    ),
    Pair(
        "called at import by another",
        "from labs.x import Y\n\n\ndef make():\n    return Y()\n\n\ndef more():\n    return make()\n\n\nMADE = more()\n",
        cause="called-at-import",
    ),
    Pair("a lambda of the module", "from labs.x import Y\n\nmake = lambda: Y()\n", cause="lambda"),
    Pair(
        "a bug would look like absence",
        "try:\n    from labs.x import Y\nexcept Exception:\n    Y = None\n\n\ndef run():\n    return Y\n",
        cause="broad-except",
    ),
    Pair(
        "a try that does more",
        "try:\n    from labs.x import Y\n    HAS = True\nexcept ImportError:\n    HAS = False\n",
        cause="conditional-import",
    ),
    Pair("class decorator", "from labs.x import Y\n\n\n@Y\nclass A:\n    pass\n", cause="decorator"),
    Pair("metaclass", "from labs.x import Y\n\n\nclass A(metaclass=Y):\n    pass\n", cause="base-class"),
    Pair(
        "part of a base class",
        "from typing import Generic\nfrom labs.x import Y\n\n\nclass A(Generic[Y]):\n    pass\n",
        cause="base-class",
    ),
    Pair(
        "issubclass", "from labs.x import Y\n\nif issubclass(int, (str, Y)):\n    A = 1\n", cause="isinstance-at-import"
    ),
    Pair(
        "caught at import", "from labs.x import Y\n\ntry:\n    A = 1\nexcept Y:\n    A = 2\n", cause="module-level-use"
    ),
    Pair("type alias", "from labs.x import Y\n\nYs = list[Y]\n", cause="module-level-use"),
    Pair(
        "default of a method",
        "from labs.x import Y\n\n\nclass A:\n    def go(self, y=Y):\n        return y\n",
        cause="default-argument",
    ),
    Pair("returned", "from labs.x import Y\n\n\ndef run() -> Y:\n    return None\n", cause="annotation-evaluated"),
    Pair(
        "field of a dataclass",
        "from dataclasses import dataclass\nfrom labs.x import Y\n\n\n@dataclass\nclass A:\n    y: Y\n",
        cause="annotation-evaluated",
    ),
    Pair(
        "field of a model, though nothing evaluates it there",
        TYPED + "from pydantic import BaseModel\n\nfrom labs.x import Y\n\n\nclass A(BaseModel):\n    y: Y\n",
        cause="annotation-evaluated",
    ),
    Pair(
        "quoted field of a model of the module",
        "from pydantic import BaseModel\nfrom labs.x import Y\n\n\nclass A(BaseModel):\n    pass\n\n\nclass B(A):\n    y: 'Y'\n",
        cause="annotation-evaluated",
    ),
    Pair(
        "field of a dataclass of pydantic",
        TYPED
        + "from pydantic.dataclasses import dataclass\n\nfrom labs.x import Y\n\n\n@dataclass\nclass A:\n    y: Y\n",
        cause="annotation-evaluated",
    ),
    Pair(
        "parameter of a route",
        TYPED + "import app\nfrom labs.x import Y\n\n\n@app.get('/')\ndef run(y: Y):\n    return y\n",
        cause="annotation-evaluated",
    ),
    Pair(
        "parameter of a route that a function makes",
        TYPED + "from labs.x import Y\n\n\ndef make(app):\n    @app.get('/')\n    def run(y: Y):\n        return y\n",
        cause="annotation-evaluated",
    ),
    Pair(
        "given to what reads annotations",
        TYPED
        + "import typing\nfrom labs.x import Y\n\n\ndef run(y: Y):\n    return y\n\n\nHINTS = typing.get_type_hints(run)\n",
        cause="annotation-evaluated",
    ),
    Pair("added to the exports", "from labs.x import Y\n\n__all__ = []\n__all__ += ['Y']\n", cause="re-export"),
    Pair("appended to the exports", "from labs.x import Y\n\n__all__ = []\n__all__.append('Y')\n", cause="re-export"),
    Pair(
        "called at import by another name",
        "from labs.x import Y\n\n\ndef make():\n    return Y()\n\n\nmore = make\nMADE = more()\n",
        cause="called-at-import",
    ),
    Pair(
        "runs when a class is derived",
        "from labs.x import Y\n\n\nclass A:\n    def __init_subclass__(cls):\n        cls.y = Y\n\n\nclass B(A):\n    pass\n",
        cause="called-at-import",
    ),
    Pair(
        "runs when a class is made",
        "from labs.x import Y\n\n\nclass M(type):\n    def __init__(cls, *a):\n        cls.y = Y\n\n\nclass A(metaclass=M):\n    pass\n",
        cause="called-at-import",
    ),
    Pair(
        "a decorator of the module",
        "from labs.x import Y\n\n\ndef mark(f):\n    Y()\n    return f\n\n\n@mark\ndef run():\n    return 1\n",
        cause="called-at-import",
    ),
    Pair("everything is caught", "try:\n    from labs.x import Y\nexcept:\n    Y = None\n", cause="broad-except"),
    Pair(
        "more than its absence is caught",
        "try:\n    from labs.x import Y\nexcept (ImportError, AttributeError):\n    Y = None\n",
        cause="broad-except",
    ),
    Pair(
        "its absence is an error of another kind",
        "try:\n    from labs.x import Y\nexcept ImportError as error:\n    raise RuntimeError('no labs') from error\n",
        cause="conditional-import",
    ),
    Pair(
        "its absence binds nothing",
        "try:\n    from labs.x import Y\nexcept ImportError:\n    pass\n",
        cause="conditional-import",
    ),
    Pair(
        "another thing stands in for it",
        "try:\n    from labs.x import Y\nexcept ImportError:\n    from core import Y\n",
        cause="conditional-import",
    ),
    Pair(
        "it stands in for another thing",
        "try:\n    from fast import Y\nexcept ImportError:\n    from labs.x import Y\n",
        cause="conditional-import",
    ),
    Pair(
        "its absence is suppressed",
        "import contextlib\n\nwith contextlib.suppress(ImportError):\n    from labs.x import Y\n",
        cause="conditional-import",
    ),
    Pair("deleted", "from labs.x import Y\n\n\ndef run():\n    return Y\n\n\ndel Y\n", cause="rebinding"),
    Pair("imported for what it does", "import labs.x\n", cause="unused-import"),
    Pair("not Python", "from labs.x import Y\ndef (:\n", cause="unreadable"),
)

UNTOUCHED = (
    Pair("nothing of the lane", "import os\n\n\ndef run():\n    return os.sep\n", "/"),
    Pair("another package of a like name", "# labs\n\n\ndef run():\n    return 'labs.x'\n", "labs.x"),
    Pair("in a function already", "def run():\n    from labs.x import Y\n\n    return Y.size\n", 7),
    Pair(
        "for type checkers alone",
        TYPED + "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from labs.x import Y\n\n\n"
        "def run(y: Y = None):\n    return 1\n",
        1,
    ),
)
