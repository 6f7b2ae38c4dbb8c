"""Calls that are read in a few definitions of a file are those that are read in all of it."""

from __future__ import annotations

import sysconfig
from collections import Counter
from pathlib import Path

import pytest

from laneshift.lanes import dynamic
from laneshift.lanes.beyond import beyond
from laneshift.lanes.dynamic import Dynamic
from laneshift.lanes.mentions import mentions_one
from laneshift.lanes.portions import portions
from laneshift.lanes.reading import decoded

CALL = "def f(x):\n    return __import__('labs.a')\n"
FILES = {
    "plain": f"import os\n\n\n{CALL}\n\ndef g():\n    pass\n",
    "decorated": f"@one\n@two('{{')\nasync {CALL}",
    "in a class": "class A:\n    def f(self):\n        import_module('labs.a')\nx = import_module(\n    'labs.b')\n",
    "in a text": f"'''\ndef f():\n    __import__('x')\n'''\n{CALL}",
    "in brackets": f"x = (\n__import__\n('labs.a'),\nclass_\n)\n{CALL}",
    "a line that goes on": f"x = 1 + \\\ndef_\n{CALL}",
    "a formatted text": f"def g(y):\n    return f'{{y!r}} {{__import__(\"labs.b\")}}'\n{CALL}",
    "blind": "def f(x):\n    return import_module(x), import_module(x + 'a'), import_module('labs.' f'{x}')\n",
    "a name bound far away": "def f():\n    import_module(NAME)\n\n\ndef g():\n    pass\n\n\nNAME = 'labs.a'\n",
    "a name bound in brackets": "def f():\n    import_module(NAME)\n\n\ndef g():\n    pass\n\n\n(NAME) = ('labs.a')\n",
    "another name": "from importlib import import_module as load\n\n\ndef f():\n    load('labs.a')\n",
    "a name of a name": "load = import_module\n\n\ndef g(): pass\n\n\nmore = load\n\n\ndef f():\n    more('labs.a')\n",
    "relative": "def f():\n    import_module('.a', 'labs')\n    import_module('..b', package=__package__)\n",
    "twice": "def f():\n    def g():\n        import_module('labs.a')\n    g()\n    import_module('labs.a')\n",
    "tabs, returns and an end": "def f():\r\n\timport_module('labs.a')\r\n\r\ndef g(): import_module('b')",
}


def read_whole(monkeypatch: pytest.MonkeyPatch, data: bytes) -> Dynamic:
    with monkeypatch.context() as patch:
        patch.setattr(dynamic, "_in_portions", lambda *_: None)
        return without_calls(patch, data)


def without_calls(patch: pytest.MonkeyPatch, data: bytes) -> Dynamic:
    patch.setattr(dynamic, "_in_calls", lambda *_: None)
    return dynamic.dynamic(data)


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_portions_say_what_the_file_says(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    data = text.encode()
    assert mentions_one(data)
    with monkeypatch.context() as patch:
        found = without_calls(patch, data)
    assert found == read_whole(monkeypatch, data)
    assert found.imports or found.blind


def test_so_they_do_in_real_files(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    files = [*folder.glob("*.py"), *(folder / "importlib").rglob("*.py"), *(folder / "unittest").rglob("*.py")]
    ways: Counter[bool] = Counter()
    for file in files:
        data = file.read_bytes()
        text = decoded(data)
        if mentions_one(data) and text is not None:
            besides = beyond(text)
            told = None if besides.of_all else dynamic._in_portions(text, besides)
            ways[told is not None] += 1
            assert told is None or told == read_whole(monkeypatch, data), file
    assert ways[True] > ways[False]


def test_only_what_holds_a_word_is_a_portion() -> None:
    text = "\nimport os\n\n\n@one\n@two\ndef f():\n    word()\n\n\nclass A:\n    def word2(self):\n        pass\n"
    text += "\n\ndef g():\n    pass\n"
    found = portions(text, ["word"])
    assert found is not None
    assert [(each.above, each.text.splitlines()[0]) for each in found] == [(3, "@one"), (9, "class A:")]
    for unsure in ("(\n", "x = 'open\n", "x = f'{'a'}'\n", "]\n"):
        assert portions(f"\n{unsure}def f():\n    word()\n", ["word"]) is None


def test_a_mistake_elsewhere_hides_no_call() -> None:
    text = f"\nprint 'old'\n\n\n{CALL}\n\ndef g():\n    print 'x'\n"
    found = dynamic._in_portions(text, beyond(text))
    assert found is not None
    assert [one.module for one in found.imports] == ["labs.a"]
