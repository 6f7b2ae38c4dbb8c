"""Calls that are read by themselves say what the whole file says, and what leaves a doubt is not read so."""

from __future__ import annotations

import string
import sysconfig
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.lanes import dynamic
from laneshift.lanes.beyond import UNSEARCHED, beyond
from laneshift.lanes.calls import plain_calls
from laneshift.lanes.dynamic import FUNCTIONS, Dynamic
from laneshift.lanes.mentions import mentions_one
from laneshift.lanes.reading import decoded
from tests.lanes.test_portions import FILES

READ = {
    "plain": "from importlib import import_module\n\nimport_module('labs.a')\n",
    "by its module": "import importlib\n\n\ndef f(x):\n    return importlib.import_module(x).y, [1]\n",
    "over lines": "x = importlib.import_module(  # a ) here\n    'labs.a',\n    x=')',\n)\n__import__('labs.b')\n",
    "in a remark": "# not import_module('x')\nx = __import__('labs.a')  # __import__('y')\n",
    "in a longer text": "'''As import_module('x') does.'''\nmock('importlib.import_module')\n__import__('labs.a')\n",
    "a longer name": "my_import_module(import_modules)\nrun_module('labs.a')\n",
    "below a remark": "def f():\n    # Says who.\n\n    import_module('labs.a')\n",
    "relative": "import_module('.a', 'labs')\nimport_module('..b', package=__package__)\n",
    "glued": "import_module('labs.' 'a')\nimport_module(f'labs.b')\nimport_module('labs.' + x)\n",
    "awaited": "async def f(x):\n    return await import_module(await x)\n",
    "a path": "import sys\n\n\ndef f():\n    sys.path.insert(0, 'labs')\n    'sys.path.pop()'\n    # sys.path.sort()\n",
    "a package's path": "__path__ = ['labs']\n\n\ndef f(x):\n    import_module(x)\n",
    "a module": "import sys\nx = f(sys.modules['labs.a'], sys.modules.get('labs.b'))\n",
    "a mistake elsewhere": "import_module('labs.a')\nprint 'old'\n",
}
LEFT = {
    "a path by name": "import sys\nmonkeypatch.setattr('sys.path', [])\n",
    "a path over lines": "import sys\nsys.path.insert(\n    0, 'labs')\n",
    "a module that is gone": "import sys\ndel (\n    sys.modules['labs.a']\n)\n",
    "a module beside a call": "import sys\nimport_module(sys.modules['labs.a'])\n",
    "sys by another name": "import sys as s\ns.path.append('labs')\n",
    "lazy": "import lazy_loader\nlazy_loader.load('labs.a')\n",
    "given to another": "map(import_module, ['labs.a'])\n",
    "an alias": "from importlib import import_module as load\nload('labs.a')\n",
    "another name": "load = importlib.import_module\nload('labs.a')\n",
    "asked for": "getattr(importlib, 'import_module')('labs.a')\n",
    "asked for in pieces": "getattr(importlib, 'import_module' '')('labs.a')\n",
    "asked for over lines": "getattr(importlib, '''import_module\\\n''')('labs.a')\n",
    "given away": "partial(import_module, 'labs.a')()\n",
    "inside another": "import_module(import_module('labs.a').NAME)\n",
    "two in a line": "import_module('labs.a'), import_module('labs.b')\n",
    "formatted": "x = f'{import_module(\"labs.a\")}'\n",
    "formatted by a raw text": "x = Rf'{import_module(\"labs.a\")}'\n",
    "defined": "def import_module(x): ...\nimport_module('labs.a')\n",
    "a class": "class import_module(x): ...\n",
    "a pattern": "match x:\n    case import_module('a'):\n        pass\n",
    "begun above": "(importlib.\nimport_module('labs.a'))\n",
    "begun above a remark": "(importlib. # here\n\n# there\nimport_module('labs.a'))\n",
    "goes on": "x = importlib. \\\nimport_module('labs.a')\n",
    "of a call": "x().import_module('labs.a')\n",
    "a bound name": "NAME = 'labs.a'\nimport_module(NAME)\n",
    "no end": "import_module('labs.a'\n",
    "an odd quote": "import_module('labs.a)\n",
    "imported over lines": "from importlib import (\n    import_module,\n)\nimport_module('labs.a')\n",
    "two imports in a line": "import a; from importlib import import_module\n",
}


def whole(data: bytes) -> Dynamic | None:
    """What the parser finds in all of a file; None where it does not parse."""
    nodes = dynamic._parsed(data)
    text = data.decode("utf-8", "replace")
    return None if nodes is None else dynamic._read(nodes, dynamic._names(nodes), dynamic._texts(nodes), beyond(text))


def by_calls(data: bytes) -> Dynamic | None:
    text = decoded(data)
    besides = UNSEARCHED if text is None else beyond(text)
    return None if text is None or besides.of_all else dynamic._in_calls(text, besides)


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_calls_say_what_the_file_says(text: str) -> None:
    found = by_calls(text.encode())
    assert found is not None
    assert found.imports or found.blind or found.bent
    assert dynamic.dynamic(text.encode()) == found
    assert whole(text.encode()) in (found, None)


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_leaves_doubts_is_not_read_by_calls(text: str) -> None:
    assert by_calls(text.encode()) is None


def test_a_call_is_told_with_the_lines_above_it() -> None:
    found = plain_calls("\nx = 1\n\ny = a.word( 'b',\n 'c')\n", ["word"])
    assert found == [(2, "a.word( 'b',\n 'c')")]


def test_so_it_is_in_real_files() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    files = [*folder.glob("*.py"), *(folder / "importlib").rglob("*.py"), *(folder / "unittest").rglob("*.py")]
    ways: Counter[bool] = Counter()
    for file in files:
        data = file.read_bytes()
        if mentions_one(data):
            found = by_calls(data)
            ways[found is not None] += 1
            assert found in (None, whole(data)), file
    assert ways[True] > 8


_PIECES = st.sampled_from(
    (
        *(*READ.values(), *LEFT.values(), *FILES.values(), *FUNCTIONS, "(", ")", "'labs.a'", "'", '"""', "#", "\\\n"),
        *(
            "\n",
            " ",
            ".",
            "    ",
            "x = ",
            "importlib.",
            "import_module(",
            "f'{",
            "}'",
            "def f():\n    ",
            ";",
            "@",
            "case ",
        ),
    )
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.text(string.printable, max_size=3)), max_size=10))
def test_no_text_that_parses_is_read_in_another_way(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    found = by_calls(data)
    if found is not None:
        assert whole(data) in (found, None)
