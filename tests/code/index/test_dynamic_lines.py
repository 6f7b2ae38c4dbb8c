"""Dynamic imports are looked for only where a line has the name of an importer, and every one is found all the same."""

from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.facts.walk import walk

_STATEMENTS = (
    "x = 1",
    "import importlib",
    "from importlib import import_module as load",
    "importlib.import_module('a.b')",
    "load(\n    'a.c',\n)",
    "y = [\n    1,\n    __import__('d')]",
    "@importlib.import_module('e').mark\n@other\ndef f(z=__import__('g')):\n    return import_module(\n        'h')",
    "class C(import_module('i').Base):\n    at = lambda: __import__('j')",
    "if import_module('k'):\n    pass\nelif load('l'):\n    z = f'''\n{import_module(\"m\")}'''\nelse:\n    load('n')",
    "try:\n    load('o')\nexcept import_module('p').Error:\n    load('q')\nfinally:\n    pass",
    "match __import__('r'):\n    case 1 if load('s'):\n        load('t')",
    "x = \\\n  import_module('u')",
    "with load('v') as w, \\\n     x:\n    for y in import_module(\n      name='w'): pass",
    "'import_module in words'",
    "while load('x'): y = (yield)\nasync def g():\n    async for a in __import__('y'): await load('z')",
)
_BEYOND_ASCII = (
    "\N{FULLWIDTH LATIN SMALL LETTER I}mport_module('full')",
    "\N{GREEK SMALL LETTER PI} = [\n    3,\n    import_module('next')]",
    "from importlib import import_module as \N{LATIN SMALL LETTER SHARP S}",
    "\N{LATIN SMALL LETTER SHARP S}(\n    'alias')",
)


def looked_through(source: str) -> object:
    """What is found where every expression is entered: in a first line that tells an encoding, letters may hide."""
    data = f"# coding: utf-8\n{source}".encode()
    return walk(ast.parse(data), data)


@given(
    st.lists(st.sampled_from((*_STATEMENTS, *_BEYOND_ASCII)), min_size=1, max_size=8),
    st.sampled_from(("\n", "\r\n", "\r", "\n\f")),
)
def test_lines_lead_to_every_dynamic_import(statements: list[str], ends: str) -> None:
    source = "\n".join(statements).replace("\n", ends)
    data = f"# no such word\n{source}".encode()
    assert walk(ast.parse(data), data) == looked_through(source)


def test_letters_beyond_ascii_have_no_other_line_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "\n".join(["# \N{LATIN SMALL LETTER E WITH ACUTE}", "text = 'import_module'", "x = 1", *_BEYOND_ASCII])
    entered: list[ast.AST] = []
    looked = ast.walk
    monkeypatch.setattr(ast, "walk", lambda node: (entered.append(node), looked(node))[1])
    for data in (source.encode(), codecs.BOM_UTF8 + source.encode()):
        entered.clear()
        found = walk(ast.parse(data), data)
        assert [each.module for each in found.imports if each.kind == "dynamic"] == ["full", "next", "alias"]
        assert {node.lineno for node in entered if isinstance(node, ast.expr)}.isdisjoint({1, 3})


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    pass\nexcept import_module('x').Error:\n    pass",
        "try:\n    pass\nexcept* (OSError, __import__('x').Error):\n    pass",
        "match 1:\n    case 1 if import_module('x'):\n        pass",
        "match import_module('x'):\n    case 1:\n        pass",
        "def f(a: import_module('x').T, *, b=1) -> None: ...",
        "def f(a) -> import_module('x').T: ...",
        "a: import_module('x').T",
        "assert a, import_module('x')",
        "y = {k: [v for v in import_module('x')] for k in z}",
        "f = lambda a=import_module('x'): a",
        "f = lambda: (yield import_module('x'))",
        "y = f'{z:{import_module(\"x\")}}'",
        "with a as b[import_module('x')]: pass",
        "class C(metaclass=import_module('x').M): ...",
        "raise a from import_module('x').Error",
        "del a[import_module('x')]",
    ],
)
def test_a_call_is_seen_wherever_an_expression_may_stand(source: str) -> None:
    found = walk(ast.parse(source), source.encode())
    assert [(each.module, each.kind) for each in found.imports] == [("x", "dynamic")]


def test_every_form_of_the_statements_has_its_import() -> None:
    source = "\n".join(_STATEMENTS)
    found = {each.module for each in walk(ast.parse(source), source.encode()).imports if each.kind == "dynamic"}
    assert found == {"a.b", "a.c", *"deghijklmnopqrstuvwxyz"}


@pytest.mark.parametrize("cookie", ["# coding: utf-7", "#!/x\n# -*- coding: unicode_escape -*-"])
def test_a_file_whose_bytes_are_not_its_letters_is_looked_through(cookie: str) -> None:
    plain = "x = 'import_module'\nimport_module('found')\n"
    hidden = plain.replace("import_module(", "+AGk-mport_module(" if "utf-7" in cookie else "\\u0069mport_module(")
    data = f"{cookie}\n{hidden}".encode("ascii")
    assert [each.module for each in walk(ast.parse(data), data).imports] == ["found"]
