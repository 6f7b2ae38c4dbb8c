"""What is read by words alone is what the parser reads, or nothing: on drawn text, on real files, on hostile ones."""

from __future__ import annotations

import ast
import string
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.facts.extract import extract
from laneshift.lanes.passing import may_pass_on
from laneshift.lanes.reading import LARGEST, read


def parsed(data: bytes) -> list[tuple[object, ...]]:
    """The imports as the parser finds them, without those by call."""
    return [tuple(one)[:6] for one in extract(data).imports if one.kind != "dynamic"]


def plain(data: bytes) -> list[tuple[object, ...]] | None:
    """The imports as words give them; None where they leave doubts."""
    found = read(data)
    return None if found is None else [tuple(one)[:6] for one in found.imports]


READ = {
    "plain": "import a\nimport a.b as c, d\n",
    "from": "from a.b import c as d, e\nfrom . import x\nfrom ..y import *\nfrom .z import(w)\n",
    "brackets": "from a import (  # why (\n    b,  # this ) one\n    c as d,\n)\n",
    "docstring": '"""import a\nfrom b import c\n"""\nimport d\n',
    "strings": "x = 'import a' \"it's\" # import b\nimport c\ny = r'\\''\nimport d\n",
    "lines": "x = '''\n\\\n'''\nimport a\n",
    "in a function": "def f():\n    import a\n    return a\n",
    "type checking": "if t.TYPE_CHECKING:\n    import a\n    # b\n\n    from b import (\n  c)\nelse:\n    import d\n",
    "after type checking": "if TYPE_CHECKING:  # yes\n    import a\nfor x in y:  # c\n    import b\n",
    "nested type checking": "class A:\n    if TYPE_CHECKING:\n        import a\n    def f():\n        import b\n",
    "semicolon": "import a; x = 1\nimport b  # c; import d\n",
    "formatted": "x = f'{a[\"b\"]} {c!r:>10} import d'\nimport e\n",
    "crlf": "import a\r\nx = '''\r\n'''\r\nfrom b import (\r\n    c,\r\n)\r\n",
    "mark": "\ufeffimport a\n",
    "string behind type checking": "if TYPE_CHECKING:\n    import a\n'''import x'''\nimport b\n",
    "words in strings of a line": "x = \"import a\"; y = f'{z} import b' + f\"{z['k']}\"  # import\nimport c\n",
    "guard by name": "from t import TYPE_CHECKING\nx = 'TYPE_CHECKING'\nif TYPE_CHECKING:\n    import a\n",
    "continued above": "x = 1 \\\n  + 2\n# \n\nimport a\n",
    "not an import": "important = __import__ = 1\nimport a\nx.import_ = 2\n",
}

LEFT = {
    "two in a line": "import a; import b\n",
    "behind a colon": "if x: import a\n",
    "goes on": "from a \\\n    import b\n",
    "below one that goes on": "x = 1 + \\\n  y\nz = \\\nimport a\n",
    "no end": "x = '''\nimport a\n",
    "odd quote": "x = '\nimport a\n",
    "not type checking": "if not TYPE_CHECKING:\n    import a\n",
    "work in a block": "if TYPE_CHECKING:\n    x = 1\n    import a\n",
    "more than one in a line of a block": "if TYPE_CHECKING:\n    import a; x = 1\n    import b\n",
    "form feed in a block": "if TYPE_CHECKING:\n    \fimport a\n",
    "tabs in a block": "if TYPE_CHECKING:\n\timport a\n",
    "own quotes": "x = f\"}}{ {d[\" + '''\"]} }\"\nimport a\n# '''\nimport b\n",
    "hidden by own quotes": "x = f\"{d['}']['''\"]}\"\nimport a\n'''\nimport b\n",
    "look-alike": "from \ufb01le import a\nimport \ufb01le\n",
    "cookie": "# coding: utf-7\nimport a\n",
    "no text": b"import a\n\xff\n",
    "a nul": b"import a\n\0\n",
}


@pytest.mark.parametrize("name", READ)
def test_plain_files_are_read_as_the_parser_reads_them(name: str) -> None:
    data = READ[name].encode()
    ast.parse(data)
    assert plain(data) == parsed(data)
    assert parsed(data), "the example has to hold an import"


@pytest.mark.parametrize("name", LEFT)
def test_what_leaves_doubts_is_left_to_the_parser(name: str) -> None:
    text = LEFT[name]
    assert read(text if isinstance(text, bytes) else text.encode()) is None


def test_a_file_that_is_too_large_is_left_to_the_parser() -> None:
    assert read(b"import a\n" + b"#" * LARGEST) is None
    assert plain(b"import a\n" + b"#" * 10_000) == [("a", 0, None, "", 1, "runtime")]


_PIECES = st.sampled_from(
    (
        *READ.values(),
        *(text for text in LEFT.values() if isinstance(text, str)),
        *("x = (\n", ")\n", "'''", '"""', "'", '"', "#", "\\\n", "\n", "    ", "\t", "\f", "if TYPE_CHECKING:\n"),
        *("    import a\n", "  from a import b\n", "else:\n", "def f():\n", "f'{", "}'", "import", ";", "{{", "rb'"),
    )
)


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.text(string.printable, max_size=4)), max_size=12))
def test_no_text_that_parses_is_read_in_another_way(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    found = plain(data)
    if found is not None and extract(data).parses:
        assert found == parsed(data)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(("import a\n", "\nimport a", "if TYPE_CHECKING:\n")))
def test_any_bytes_are_taken(noise: bytes, text: str) -> None:
    data = noise + text.encode() + noise
    found = plain(data)
    if found is not None and extract(data).parses:
        assert found == parsed(data)


def _standard_files() -> list[Path]:
    """Some of this Python's own library: every file that has been there for long, of all sizes."""
    root = Path(sysconfig.get_path("stdlib"))
    folders = ("asyncio", "concurrent", "importlib", "json", "logging", "unittest", "urllib", "xml")
    return [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]


def test_real_files_are_read_as_the_parser_reads_them() -> None:
    files = [path.read_bytes() for path in _standard_files()]
    found = [(data, plain(data)) for data in files]
    assert [data for data, said in found if said is not None and said != parsed(data)] == []
    assert sum(said is not None for _, said in found) > 0.9 * len(files) > 60


PASSING = {
    "from a import b\n": True,
    "import a.b\n__all__ = ['a']\n": True,
    "from a import b\n\n\ndef __getattr__(name):\n    return b\n": True,
    'LANESHIFT_SHIM_EXPIRES = "2030-01-01"\nfrom a import b\ndef f(): ...\n': True,
    "from a import b\n\nX = 1\n": False,
    "from a import b\n\nx(1,\ny=2)\n": True,
    "from a import b\n\n\nclass C:\n    pass\n": False,
    "from a import b\n'''\nclass C:\n    pass\n'''\n": True,
    "def f():\n    from a import b\n": False,
    "x = 1\n": False,
}


@pytest.mark.parametrize("text", PASSING)
def test_whether_a_module_may_only_pass_on(text: str) -> None:
    found = read(text.encode())
    assert found is not None
    exact = may_pass_on(extract(text.encode()).links)
    assert found.may_pass_on or not exact, "no shim may be missed"
    assert (found.may_pass_on and exact) is PASSING[text]
