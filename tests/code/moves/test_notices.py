"""What cannot be known is reported with its place, and not edited."""

from __future__ import annotations

import pytest

from laneshift.code.moves import Move, move
from tests.code.moves.forms import SKELETON
from tests.code.moves.repos import tree_of

REPORTED = [
    ("f-string", "app.py", "import importlib\nimportlib.import_module(f'a.b.{name}')\n", 2, "computed-name"),
    ("joined", "app.py", "n = 'c'\nq = 'a.b.' + n\n", 2, "computed-name"),
    ("percent", "app.py", "q = 'a.b.%s' % n\n", 1, "computed-name"),
    ("format of the package", "app.py", "q = '%s.c' % 'a.b'\n", 1, "computed-name"),
    ("parts", "app.py", "q = '.'.join(['a', 'b', 'c'])\n", 1, "computed-name"),
    ("path of parts", "app.py", "q = Path('a') / 'b' / 'c.py'\n", 1, "computed-name"),
    ("data beside it", "a/b/c.py", "import os\nD = os.path.dirname(__file__)\n", 2, "data-file"),
    ("package data", "a/b/c.py", "import importlib.resources\n", 1, "data-file"),
    ("pickles", "a/b/c.py", "import pickle\n", 1, "pickle"),
    ("pickled", "q.pkl", b"\x80\x04\x95\0\x8c\x05a.b.c\x94\x8c\x01K\x94", 0, "binary"),
    ("another language", "q.js", "// a.b.c\n", 1, "unknown-format"),
    ("new name in use", "app.py", "try:\n    import x.y.c\nexcept ImportError:\n    pass\n", 2, "already-named"),
]


@pytest.mark.parametrize(("label", "path", "text", "line", "kind"), REPORTED, ids=[each[0] for each in REPORTED])
def test_is_reported_and_untouched(label: str, path: str, text: str | bytes, line: int, kind: str) -> None:
    tree = tree_of({**SKELETON, path: text})
    result = move(tree, Move("a/b/c.py", "x/y/c.py"))
    after = result.relocations.get(path, path)
    assert (after, line, kind) in {(each.path, each.line, each.kind) for each in result.notices}
    assert result.tree.read(after) == (text if isinstance(text, bytes) else text.encode())


SILENT = [
    "q = 'c'\n",
    "q = 'a.b.d'\n",
    "q = f'z.{n}'\n",
    "import a.b.c\n",
    "q = {'name': 'c', 'type': 1}\n",
    "q = 'x.y.c@v1'  # x.y.c.d@v2\n",
]


@pytest.mark.parametrize("text", SILENT)
def test_is_not_worth_a_notice(text: str) -> None:
    result = move(tree_of({**SKELETON, "app.py": text}), Move("a/b/c.py", "x/y/c.py"))
    assert [each for each in result.notices if each.path == "app.py"] == []


def test_a_name_like_a_file_is_left_and_reported() -> None:
    tree = tree_of({"labs/json.py": "", "labs/q.py": "", "n/q.py": "", "q.md": "text\nsee labs.json\n"})
    result = move(tree, Move("labs/json.py", "n/json.py"))
    assert [(each.path, each.line, each.kind) for each in result.notices] == [("q.md", 2, "ambiguous-text")]
