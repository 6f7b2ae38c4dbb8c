"""Strings, comments and docstrings in Python files."""

from __future__ import annotations

import pytest

from tests.code.moves.forms import Form, run

_TOP = {"src": "c.py", "dst": "x/c.py", "also": {"c.py": "def f(): ...\n"}}
_NEAR = {"src": "a/b/c.py", "dst": "a/z/c.py", "also": {"a/z/__init__.py": ""}}

STRINGS = [
    Form(
        "patch target",
        "from unittest import mock\nmock.patch('a.b.c.f')\n",
        "from unittest import mock\nmock.patch('x.y.c.f')\n",
    ),
    Form(
        "patch decorator",
        'import mock\n@mock.patch("a.b.c.K.z")\ndef q(z): ...\n',
        'import mock\n@mock.patch("x.y.c.K.z")\ndef q(z): ...\n',
    ),
    Form(
        "monkeypatch",
        "def q(monkeypatch):\n    monkeypatch.setattr('a.b.c.f', 1)\n",
        "def q(monkeypatch):\n    monkeypatch.setattr('x.y.c.f', 1)\n",
    ),
    Form(
        "import_module",
        "import importlib\nimportlib.import_module('a.b.c')\n",
        "import importlib\nimportlib.import_module('x.y.c')\n",
    ),
    Form(
        "import_module, relative",
        "import importlib\nimportlib.import_module('.c', 'a.b')\n",
        "import importlib\nimportlib.import_module('..z.c', 'a.b')\n",
        **_NEAR,
    ),
    Form(
        "import_module, relative, out of reach",
        "import importlib\nimportlib.import_module('.c', package='a.b')\n",
        "import importlib\nimportlib.import_module('x.y.c', package='a.b')\n",
    ),
    Form(
        "import_module, own package",
        "import importlib\nimportlib.import_module('.c', __package__)\n",
        "import importlib\nimportlib.import_module('x.y.c', __package__)\n",
        "a/b/m.py",
    ),
    Form(
        "lazy table",
        "import importlib\n_AT = {'f': '.c', 'g': '.d'}\n\n\ndef __getattr__(name):\n"
        "    return getattr(importlib.import_module(_AT[name], __name__), name)\n",
        "import importlib\n_AT = {'f': 'x.y.c', 'g': '.d'}\n\n\ndef __getattr__(name):\n"
        "    return getattr(importlib.import_module(_AT[name], __name__), name)\n",
        "a/b/__init__.py",
    ),
    Form("lazy table, absolute", "_AT = {'f': 'a.b.c:f'}\n", "_AT = {'f': 'x.y.c:f'}\n", "a/b/__init__.py"),
    Form("__import__", "__import__('a.b.c')\n", "__import__('x.y.c')\n"),
    Form(
        "sys.modules",
        "import sys\nsys.modules['a.b.c'] = None\n'a.b.c' in sys.modules\n",
        "import sys\nsys.modules['x.y.c'] = None\n'x.y.c' in sys.modules\n",
    ),
    Form("runpy", "import runpy\nrunpy.run_module('a.b.c')\n", "import runpy\nrunpy.run_module('x.y.c')\n"),
    Form("-m in a list", "q = ['python', '-m', 'a.b.c']\n", "q = ['python', '-m', 'x.y.c']\n"),
    Form("-m in one string", "q = 'python -m a.b.c --fast'\n", "q = 'python -m x.y.c --fast'\n"),
    Form("-m glued", "q = 'python -ma.b.c'\n", "q = 'python -mx.y.c'\n"),
    Form(
        "-c code",
        "q = ['python', '-c', 'import a.b.c; a.b.c.f()']\n",
        "q = ['python', '-c', 'import x.y.c; x.y.c.f()']\n",
    ),
    Form("-c code, from", "q = 'from a.b import c; c.f()'\n", "q = 'from x.y import c; c.f()'\n"),
    Form(
        "-c code, split", "q = 'from a.b import c, d; c.f()'\n", "q = 'from x.y import c ; from a.b import d; c.f()'\n"
    ),
    Form("after an escape", "q = 'import os\\na.b.c.f()'\n", "q = 'import os\\nx.y.c.f()'\n"),
    Form("settings", "APPS = [\n    'a.b.c',\n    'a.b.c.K',\n]\n", "APPS = [\n    'x.y.c',\n    'x.y.c.K',\n]\n"),
    Form("entry point", "E = {'q': ['r = a.b.c:f']}\n", "E = {'q': ['r = x.y.c:f']}\n"),
    Form(
        "logging",
        "L = {'loggers': {'a.b.c': {}}, 'class': 'a.b.c.K', '()': 'ext://a.b.c'}\n",
        "L = {'loggers': {'x.y.c': {}}, 'class': 'x.y.c.K', '()': 'ext://x.y.c'}\n",
    ),
    Form("pytest plugins", "pytest_plugins = ['a.b.c', 'a.b.d']\n", "pytest_plugins = ['x.y.c', 'a.b.d']\n"),
    Form(
        "string annotation",
        "def q(z: 'a.b.c.K') -> \"list[a.b.c.K]\": ...\n",
        "def q(z: 'x.y.c.K') -> \"list[x.y.c.K]\": ...\n",
    ),
    Form("type comment", "q = []  # type: list[a.b.c.K]\n", "q = []  # type: list[x.y.c.K]\n"),
    Form(
        "doctest",
        "'''\n>>> from a.b import c\n>>> c.f()\n'f'\n>>> import a.b.c\n'''\n",
        "'''\n>>> from x.y import c\n>>> c.f()\n'f'\n>>> import x.y.c\n'''\n",
    ),
    Form(
        "doctest, split",
        "'''\n>>> from a.b import c, d\n'''\n",
        "'''\n>>> from x.y import c ; from a.b import d\n'''\n",
    ),
    Form("comment", "# see a.b.c, a.b.c.f and (a.b.c).\n", "# see x.y.c, x.y.c.f and (x.y.c).\n"),
    Form(
        "docstring role",
        "'''Uses :func:`~a.b.c.f` and :mod:`a.b.c`.'''\n",
        "'''Uses :func:`~x.y.c.f` and :mod:`x.y.c`.'''\n",
    ),
    Form("file path", "P = 'a/b/c.py'  # ./a/b/c.py\n", "P = 'x/y/c.py'  # ./x/y/c.py\n"),
    Form("test id", "P = 'a/b/c.py::TestQ::test_r'\n", "P = 'x/y/c.py::TestQ::test_r'\n"),
    Form("bytes", "q = b'a.b.c'\n", "q = b'x.y.c'\n"),
    Form("raw", "q = r'a.b.c'\n", "q = r'x.y.c'\n"),
    Form("long strings", 'q = """\na.b.c\n"""\n', 'q = """\nx.y.c\n"""\n'),
    Form("joined by the compiler", "q = ('a.b.c'\n     '.f')\n", "q = ('x.y.c'\n     '.f')\n"),
    Form(
        "comment within a split",
        "from a.b import (\n    c,  # a.b.c itself\n    d,\n)\n",
        "from x.y import (\n    c,  # x.y.c itself\n)\n\nfrom a.b import (\n    d,\n)\n",
    ),
    Form(
        "comment within brackets",
        "from a.b.c import (\n    f,  # a.b.c.f\n)\n",
        "from x.y.c import (\n    f,  # x.y.c.f\n)\n",
    ),
    Form(
        "top level in import_module",
        "from importlib import import_module\nimport_module('c')\nimport_module('c.d')\n",
        "from importlib import import_module\nimport_module('x.c')\nimport_module('x.c.d')\n",
        **_TOP,
    ),
    Form("top level in patch", "patch('c.f')\n", "patch('x.c.f')\n", **_TOP),
    Form(
        "top level in sys.modules",
        "import sys\nsys.modules['c']\nsys.modules.pop('c')\n",
        "import sys\nsys.modules['x.c']\nsys.modules.pop('x.c')\n",
        **_TOP,
    ),
    Form(
        "top level after -m", "q = ['-m', 'c']\nr = 'python -m c'\n", "q = ['-m', 'x.c']\nr = 'python -m x.c'\n", **_TOP
    ),
    Form("top level with a known attribute", "q = 'c.f'  # c:f\n", "q = 'x.c.f'  # x.c:f\n", **_TOP),
]

UNTOUCHED = [
    Form(
        "suffix beside a computed import",
        "import importlib\nS = '.py'\nimportlib.import_module(n, __package__)\nT = 'a.b.c2'\n",
        None,
        "a/b/c.py",
    ),
    Form("longer", "q = 'a.b.c2'  # a.b.c_d a.b.cc\n", None),
    Form("longer before", "q = 'za.b.c'  # my_a.b.c z.a.b.c\n", None),
    Form("other name relative", "import importlib\nimportlib.import_module('.c', 'z')\n", None),
    Form("relative without a package", "q = '.c'\n", None, "a/b/m.py"),
    Form("sibling", "q = 'a.b.d'  # a.b\n", None),
    Form("address", "q = 'https://a.b.c/d'\n", None),
    Form("mail", "q = 'me@a.b.c'\n", None),
    Form("distribution", "q = 'my-a.b.c'\n", None),
    Form("id of a contract", "q = 'a.b.c@v1'  # a.b.c.d.e@v12 a.b.c-api.f@v2\n", None),
    Form("folder part", "q = 'docs/a.b.c'\n", None),
    Form("longer path", "q = 'z/a/b/c.py'  # a/b/c.pyc a/b/c2.py\n", None),
    Form("file called so", "q = 'a.b.c.py'\n", None),
    Form("computed", "n = 'c'\nq = f'a.b.{n}'\nr = 'a.b.' + n\ns = '%s.c' % 'a.b'\n", None),
    Form("upper case", "q = 'A.B.C'\n", None),
    Form("top level word", "q = 'c'  # c is a letter\nr = {'c': 1}\n", None, **_TOP),
    Form("top level with an unknown attribute", "q = 'c.unknown'\n", None, **_TOP),
    Form("top level as a file of another folder", "q = 'other/c.py'\n", None, **_TOP),
    Form("prose that starts like an import", "# from a.b import something else, c and more\n", None),
]


@pytest.mark.parametrize("form", [*STRINGS, *UNTOUCHED], ids=str)
def test_texts(form: Form) -> None:
    run(form)
