"""Files other than Python modules, and bytes that must survive."""

from __future__ import annotations

import json

import pytest

from laneshift.code.moves import Move, move
from laneshift.repo.objects import MODE_EXECUTABLE, MODE_SYMLINK, File
from tests.code.moves.forms import SKELETON, Form, run
from tests.code.moves.repos import tree_of

_CELLS = {
    "cells": [
        {
            "cell_type": "code",
            "source": ["%matplotlib inline\n", "from a import b\n", "from a.b import c, d\n", "b.c.f(c)"],
        },
        {"cell_type": "markdown", "source": ["see `a.b.c` in a/b/c.py"]},
        {"cell_type": "code", "source": "import a.b.c\n!ls\ndef q(a):\n    return a.b.c\n"},
    ],
    "nbformat": 4,
}
_CELLS_AFTER = {
    "cells": [
        {
            "cell_type": "code",
            "source": [
                "%matplotlib inline\n",
                "from a import b\n",
                "from x.y import c\n\nfrom a.b import d\nimport  x.y.c as b_c\n",
                "b_c.f(c)",
            ],
        },
        {"cell_type": "markdown", "source": ["see `x.y.c` in x/y/c.py"]},
        {"cell_type": "code", "source": "import x.y.c\n!ls\ndef q(a):\n    return a.b.c\n"},
    ],
    "nbformat": 4,
}

FILES = [
    Form(
        "pyproject",
        "[project.scripts]\nq = \"a.b.c:f\"\n[tool.z]\nfiles = ['a/b/c.py']\n",
        "[project.scripts]\nq = \"x.y.c:f\"\n[tool.z]\nfiles = ['x/y/c.py']\n",
        "pyproject.toml",
    ),
    Form(
        "setup.cfg",
        "[options.entry_points]\nconsole_scripts =\n    q = a.b.c:f\n",
        "[options.entry_points]\nconsole_scripts =\n    q = x.y.c:f\n",
        "setup.cfg",
    ),
    Form(
        "tox",
        "[testenv]\ncommands = python -m a.b.c --cov=a.b.c\n",
        "[testenv]\ncommands = python -m x.y.c --cov=x.y.c\n",
        "tox.ini",
    ),
    Form(
        "yaml",
        '- a.b.c\n- path: a/b/c.py\n  run: "a.b.c.f"\n',
        '- x.y.c\n- path: x/y/c.py\n  run: "x.y.c.f"\n',
        "q.yaml",
    ),
    Form("json", '{"a.b.c": ["a/b/c.py", "a.b.c2"]}', '{"x.y.c": ["x/y/c.py", "a.b.c2"]}', "q.json"),
    Form(
        "makefile",
        "q:\n\tpython -m a.b.c && python a/b/c.py\n",
        "q:\n\tpython -m x.y.c && python x/y/c.py\n",
        "Makefile",
    ),
    Form(
        "dockerfile",
        'COPY a/b/c.py /app/\nCMD ["python", "-m", "a.b.c"]\n',
        'COPY x/y/c.py /app/\nCMD ["python", "-m", "x.y.c"]\n',
        "Dockerfile",
    ),
    Form("shell", '#!/bin/sh\nexec python -m a.b.c "$@"\n', '#!/bin/sh\nexec python -m x.y.c "$@"\n', "run.sh"),
    Form("workflow", "run: pytest a/b/c.py::T\n", "run: pytest x/y/c.py::T\n", ".github/workflows/q.yml"),
    Form("owners", "/a/b/c.py @team\na/b/d.py @other\n", "/x/y/c.py @team\na/b/d.py @other\n", "CODEOWNERS"),
    Form(
        "rst",
        ".. automodule:: a.b.c\n   :members:\n\n:func:`a.b.c.f`\n",
        ".. automodule:: x.y.c\n   :members:\n\n:func:`x.y.c.f`\n",
        "docs/q.rst",
    ),
    Form(
        "markdown",
        "Use `from a.b import c`:\n```python\nfrom a.b import c, d\n```\n[src](../a/b/c.py)\n",
        "Use `from x.y import c`:\n```python\nfrom x.y import c ; from a.b import d\n```\n[src](../x/y/c.py)\n",
        "docs/q.md",
    ),
    Form("address of a tag", "https://forge.example/o/r/blob/v2.4.0/a/b/c.py#L3\n", None, "q.md"),
    Form("address of a release", "# https://forge.example/o/r/tree/proj-22.4/a/b/c.py\n", None),
    Form("address of a commit", "https://forge.example/o/r/blob/3fbedcb/a/b/c.py\n", None, "q.md"),
    Form("address of a whole commit", f"https://forge.example/o/r/raw/{'e' * 40}/a/b/c.py\n", None, "q.md"),
    Form(
        "address of a branch with a digit",
        "https://forge.example/o/r/blob/py3/a/b/c.py\n",
        "https://forge.example/o/r/blob/py3/x/y/c.py\n",
        "q.md",
    ),
    Form("application of twisted", "from a.b import c, d\n", "from x.y import c\n\nfrom a.b import d\n", "q.tac"),
    Form("page of twisted", "import a.b.c\na.b.c.f()\n", "import x.y.c\nx.y.c.f()\n", "q.rpy"),
    Form(
        "entry of a web server",
        "from a.b.c import f as application\n",
        "from x.y.c import f as application\n",
        "q.wsgi",
    ),
    Form(
        "link on a forge",
        "https://forge.example/o/r/blob/main/a/b/c.py#L3\n",
        "https://forge.example/o/r/blob/main/x/y/c.py#L3\n",
        "q.md",
    ),
    Form(
        "text beside the module",
        "see ./c.py and ./d.py and c.py\n",
        "see ../../x/y/c.py and ./d.py and c.py\n",
        "a/b/README.md",
    ),
    Form(
        "stub",
        "from a.b.c import K\nfrom a.b import c as c\ndef q(z: K) -> c.K: ...\n",
        "from x.y.c import K\nfrom x.y import c as c\ndef q(z: K) -> c.K: ...\n",
        "app.pyi",
    ),
    Form(
        "cython",
        "from a.b cimport c\ncimport a.b.c as m\nfrom a.b import c, d\ncdef int q(): return 1\n",
        "from x.y cimport c\ncimport x.y.c as m\nfrom x.y import c\n\nfrom a.b import d\ncdef int q(): return 1\n",
        "q.pyx",
    ),
    Form(
        "cython, relative",
        "from .c cimport f\nfrom . cimport c, d\ncdef int q(): return 1\n",
        "from  x.y.c cimport f\nfrom  x.y cimport c\n\nfrom . cimport d\ncdef int q(): return 1\n",
        "a/b/q.pxd",
    ),
    Form("notebook", json.dumps(_CELLS, indent=1) + "\n", json.dumps(_CELLS_AFTER, indent=1) + "\n", "q.ipynb"),
    Form(
        "script without suffix",
        "#!/usr/bin/env python3\nfrom a.b import c\nc.f()\n",
        "#!/usr/bin/env python3\nfrom x.y import c\nc.f()\n",
        "bin/q",
    ),
    Form("another version of Python", "import a.b.c\nprint a.b.c.f()\n", "import x.y.c\nprint x.y.c.f()\n", "q.py"),
    Form(
        "another version, split",
        "from a.b import c, d\nexec 'a.b.c'\n",
        "from x.y import c\n\nfrom a.b import d\nexec 'x.y.c'\n",
        "q.py",
    ),
    Form(
        "broken, shadowed",
        "def q(a):\n    return a.b.c.f(\nfrom a.b.c import f\n",
        "def q(a):\n    return a.b.c.f(\nfrom x.y.c import f\n",
        "q.py",
    ),
]

PACKAGES = [
    Form(
        "folder in a path",
        "COPY a/b/ /app\nRUN ls a/b/d.py a/b\n",
        "COPY x/z/ /app\nRUN ls x/z/d.py x/z\n",
        "Dockerfile",
        "a/b",
        "x/z",
    ),
    Form(
        "folder of one part",
        "/q/ @team\nq/m.py q.m word q\n",
        "/x/q/ @team\nx/q/m.py x.q.m word q\n",
        "CODEOWNERS",
        "q",
        "x/q",
        also={"q/m.py": ""},
    ),
    Form("longer folder", "a/b2/ a/b-c a/b.txt za/b/ a/bb\n", None, "CODEOWNERS", "a/b", "x/z"),
    Form(
        "below a source root",
        "pkg/m.py src/pkg/m.py pkg.m\n",
        "pkg/n.py src/pkg/n.py pkg.n\n",
        "q.md",
        "src/pkg/m.py",
        "src/pkg/n.py",
        also={"src/pkg/__init__.py": "", "src/pkg/m.py": ""},
    ),
]

UNTOUCHED = [
    Form("other paths", "a/b/c.pyc za/b/c.py a/b/c.py.orig b/c.py\n", None, "q.md"),
    Form("other names", "a.b.c2 za.b.c a.b\n", None, "q.yaml"),
    Form("source in another language", "a.b.c = 1; // a.b.c\n", None, "q.js"),
    Form("picture", b"\x89PNG\0a.b.c", None, "q.png"),
    Form(
        "name like a file",
        "see labs.json and labs.json,\n",
        None,
        "q.md",
        "labs/json.py",
        "x/json.py",
        also={"labs/json.py": "", "labs/q.py": ""},
    ),
    Form("bare folder name", "labs is a word\n", None, "q.md", "labs", "x/labs", also={"labs/q.py": ""}),
]

BYTES = [
    Form("byte order mark", b"\xef\xbb\xbfimport a.b.c\n", b"\xef\xbb\xbfimport x.y.c\n"),
    Form("CRLF", b"import a.b.c\r\na.b.c.f()\r\n", b"import x.y.c\r\nx.y.c.f()\r\n"),
    Form("old line ends", b"import a.b.c\ra.b.c.f()\r", b"import x.y.c\rx.y.c.f()\r"),
    Form("mixed line ends", b"import os\r\nimport a.b.c\n\ra.b.c.f()", b"import os\r\nimport x.y.c\n\rx.y.c.f()"),
    Form(
        "latin cookie",
        "# coding: latin-1\nq = 'é'; import a.b.c; z = 'é', a.b.c\n".encode("latin-1"),
        "# coding: latin-1\nq = 'é'; import x.y.c; z = 'é', x.y.c\n".encode("latin-1"),
    ),
    Form(
        "cp1252 cookie",
        "# -*- coding: cp1252 -*-\n# €\nimport a.b.c\n".encode("cp1252"),
        "# -*- coding: cp1252 -*-\n# €\nimport x.y.c\n".encode("cp1252"),
    ),
    Form("wrong cookie", b"# coding: nonsense\nimport a.b.c\n", b"# coding: nonsense\nimport x.y.c\n"),
    Form("not the encoding it says", b"# \xff\nimport a.b.c\n", b"# \xff\nimport x.y.c\n"),
    Form(
        "wide characters before",
        "q = '\U0001f600é'; import a.b.c; a.b.c.f()\n",
        "q = '\U0001f600é'; import x.y.c; x.y.c.f()\n",
    ),
    Form(
        "form feed",
        b"import a.b.c\n\x0c\na.b.c.f()\n\x0cimport a.b.c\n",
        b"import x.y.c\n\x0c\nx.y.c.f()\n\x0cimport x.y.c\n",
    ),
    Form(
        "vertical tab and file separator",
        b"q = '\x0b\x1c\xe2\x80\xa8'\nimport a.b.c\na.b.c\n",
        b"q = '\x0b\x1c\xe2\x80\xa8'\nimport x.y.c\nx.y.c\n",
    ),
    Form("tabs", b"if 1:\n\timport a.b.c\n\ta.b.c.f()\n", b"if 1:\n\timport x.y.c\n\tx.y.c.f()\n"),
    Form("no newline at the end", b"from a.b import c", b"from x.y import c"),
    Form("no newline, split", b"from a.b import c, d", b"from x.y import c\n\nfrom a.b import d"),
    Form("trailing blanks", b"import a.b.c   \n   \n", b"import x.y.c   \n   \n"),
    Form("empty", b"", None),
    Form("NUL in Python", b"import a.b.c\0\n", b"import x.y.c\0\n"),
]

ESCAPED = [
    Form(
        "section of mypy",
        "[mypy-a.b.c]\nx = 1\n[mypy-a.b.c.*]\nx = 1\n[mypy-a.b.c2]\n[mypy-a.b.d,a.b.c]\n[pre-a.b.c]\n",
        "[mypy-x.y.c]\nx = 1\n[mypy-x.y.c.*]\nx = 1\n[mypy-a.b.c2]\n[mypy-a.b.d,x.y.c]\n[pre-a.b.c]\n",
        "mypy.ini",
    ),
    Form(
        "section of mypy for a module at the top",
        "[mypy]\n[mypy-p]\n[mypy-p.*]\n[mypy-p2]\np = 1\n",
        "[mypy]\n[mypy-x.p]\n[mypy-x.p.*]\n[mypy-p2]\np = 1\n",
        "mypy.ini",
        "p.py",
        "x/p.py",
        also={"p.py": ""},
    ),
    Form(
        "regular expression in TOML",
        'w = ["ignore::X:a\\\\.b\\\\.c", \'^a\\.b\\.c\\.f$\', "a\\\\.b\\\\.c2", "a\\\\.b.c", "z\\\\.a\\\\.b\\\\.c"]\n',
        'w = ["ignore::X:x\\\\.y\\\\.c", \'^x\\.y\\.c\\.f$\', "a\\\\.b\\\\.c2", "a\\\\.b.c", "z\\\\.a\\\\.b\\\\.c"]\n',
        "pyproject.toml",
    ),
    Form(
        "regular expression in YAML",
        "files: ^(a/b/c\\.py|docs/a/b/c\\.py|a/b/c2\\.py)$\nexclude: 'a/b/c\\.pyi?$'\nboth: \"a/b/c\\\\.py\"\n",
        "files: ^(x/y/c\\.py|docs/a/b/c\\.py|a/b/c2\\.py)$\nexclude: 'a/b/c\\.pyi?$'\nboth: \"x/y/c\\\\.py\"\n",
        ".pre-commit-config.yaml",
    ),
    Form(
        "regular expression in Python",
        'q = r"^a\\.b\\.c$"\nr = "a\\\\.b\\\\.c"\ns = r"\\ba\\.b\\.c\\b"\nt = r"a\\.b\\.c2|a\\\\.b\\.c|(a/b/c\\.py)"\n',
        'q = r"^x\\.y\\.c$"\nr = "x\\\\.y\\\\.c"\ns = r"\\bx\\.y\\.c\\b"\nt = r"a\\.b\\.c2|a\\\\.b\\.c|(x/y/c\\.py)"\n',
    ),
]


@pytest.mark.parametrize("form", [*ESCAPED, *FILES, *PACKAGES, *UNTOUCHED, *BYTES], ids=str)
def test_files(form: Form) -> None:
    run(form)


def test_modes_survive_and_links_follow() -> None:
    tree = tree_of(SKELETON).edit(
        {
            "run.py": File(b"import a.b.c\n", MODE_EXECUTABLE),
            "a/b/c.py": File(b"X = 1\n", MODE_EXECUTABLE),
            "link.py": File(b"a/b/c.py", MODE_SYMLINK),
            "docs/link.py": File(b"../a/b/c.py", MODE_SYMLINK),
            "docs/other.py": File(b"../a/b/d.py", MODE_SYMLINK),
        }
    )
    moved = move(tree, Move("a/b/c.py", "x/y/c.py")).tree
    modes = {path: entry.mode for path, entry in moved.entries.items()}
    assert modes["run.py"] == modes["x/y/c.py"] == MODE_EXECUTABLE
    assert modes["link.py"] == modes["docs/link.py"] == MODE_SYMLINK
    assert moved.read("link.py") == b"x/y/c.py"
    assert moved.read("docs/link.py") == b"../x/y/c.py"
    assert moved.read("docs/other.py") == b"../a/b/d.py"
    assert move(moved, Move("x/y/c.py", "a/b/c.py")).tree == tree
