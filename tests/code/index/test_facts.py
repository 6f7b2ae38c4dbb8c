"""Facts of files that this Python can parse."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.facts import Import, Parameter, decode, decode_links, decode_parses, encode
from laneshift.code.facts.extract import extract
from laneshift.code.facts.refusal import refusal


def _imports(source: str) -> tuple[Import, ...]:
    return extract(textwrap.dedent(source).encode()).imports


def _row(**changes: Any) -> Import:
    plain = Import("a.b", 0, None, "", 1, "runtime", False, False)
    return plain._replace(**changes)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b", [_row()]),
        ("import a.b as c", [_row(alias="c")]),
        ("import a.b, c; import d", [_row(), _row(module="c"), _row(module="d")]),
        ("from a.b import c", [_row(names=(("c", ""),))]),
        ("from a.b import (c as d,  # why\n  e)", [_row(names=(("c", "d"), ("e", "")))]),
        ("from a.b import *", [_row(names=(("*", ""),))]),
        ("from . import c", [_row(module="", level=1, names=(("c", ""),))]),
        ("from ..a import c", [_row(module="a", level=2, names=(("c", ""),))]),
        ("import \\\n  a.b", [_row(line=2)]),
        ("def f():\n  import a.b", [_row(line=2, in_function=True)]),
        ("class C:\n  import a.b", [_row(line=2)]),
        ("class C:\n  def f(self):\n    import a.b", [_row(line=3, in_function=True)]),
        ("if x:\n  pass\nelse:\n  import a.b", [_row(line=4)]),
        ("match x:\n  case 1:\n    import a.b", [_row(line=3)]),
        ("for x in y:\n  import a.b", [_row(line=2)]),
    ],
)
def test_imports_with_their_forms(source: str, expected: list[Import]) -> None:
    assert list(_imports(source)) == expected


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("if TYPE_CHECKING:\n  import a\nelse:\n  import b", ["type-checking", "runtime"]),
        ("if typing.TYPE_CHECKING:\n  import a", ["type-checking"]),
        ("if TYPE_CHECKING and x:\n  import a", ["type-checking"]),
        ("if TYPE_CHECKING or x:\n  import a", ["runtime"]),
        ("if not TYPE_CHECKING:\n  import a\nelse:\n  import b", ["runtime", "type-checking"]),
        ("if TYPE_CHECKING:\n  def f():\n    import a", ["type-checking"]),
        ("if x:\n  import a", ["runtime"]),
    ],
)
def test_type_checking_imports_are_told_apart(source: str, kinds: list[str]) -> None:
    assert [found.kind for found in _imports(source)] == kinds


@pytest.mark.parametrize(
    ("source", "guarded"),
    [
        ("try:\n  import a\nexcept ImportError:\n  import b", [True, False]),
        ("try:\n  import a\nexcept (KeyError, ModuleNotFoundError):\n  pass", [True]),
        ("try:\n  import a\nexcept:\n  pass", [True]),
        ("try:\n  import a\nexcept builtins.ImportError:\n  pass", [True]),
        ("try:\n  import a\nexcept KeyError:\n  pass", [False]),
        ("try:\n  import a\nfinally:\n  import b", [False, False]),
        ("try:\n  pass\nexcept ImportError:\n  pass\nelse:\n  import a", [False]),
        ("with contextlib.suppress(ImportError):\n  import a", [True]),
        ("with suppress(KeyError):\n  import a", [False]),
        ("with open(x):\n  import a", [False]),
    ],
)
def test_guarded_imports_are_told_apart(source: str, guarded: list[bool]) -> None:
    assert [found.guarded for found in _imports(source)] == guarded


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('importlib.import_module("a.b")', [("a.b", 0)]),
        ('x = [__import__("a.b")]', [("a.b", 0)]),
        ('from importlib import import_module as im\nim(name="a.b")', [("importlib", 0), ("a.b", 0)]),
        ('import_module(".b", "a")', [("a.b", 0)]),
        ('import_module("..b", package="a.c")', [("a.b", 0)]),
        ('import_module(".b", __package__)', [("b", 1)]),
        ('import_module("....b", "a.c")', []),
        ("import_module(name)", []),
        ('import_module(f"a.{b}")', []),
        ('import_module("not a name")', []),
        ('def f(x=import_module("a.b")): pass', [("a.b", 0)]),
        ('with import_module("a.b"): pass', [("a.b", 0)]),
    ],
)
def test_dynamic_imports_of_literals(source: str, expected: list[tuple[str, int]]) -> None:
    assert [(found.module, found.level) for found in _imports(source)] == expected


def test_a_dynamic_import_carries_its_circumstances() -> None:
    source = "def f():\n  try:\n    return import_module('a')\n  except ImportError:\n    return None\n"
    assert _imports(source) == (Import("a", 0, None, "", 3, "dynamic", True, True),)


@pytest.mark.parametrize(
    ("source", "bound", "is_open"),
    [
        ("import a.b\nimport c.d as e\nfrom f import g, h as i", {"a", "e", "g", "i"}, False),
        ("x, (y, *z) = 1, (2, 3)\nw: int = 1\nv += 1", {"x", "y", "z", "w", "v"}, False),
        ("def f(): inner = 1\nclass C: member = 1\nasync def g(): pass", {"f", "C", "g"}, False),
        ("if a:\n  b = 1\nelif c:\n  d = 1\nelse:\n  e = 1", {"b", "d", "e"}, False),
        ("try:\n  a = 1\nexcept E:\n  b = 1\nelse:\n  c = 1\nfinally:\n  d = 1", {"a", "b", "c", "d"}, False),
        ("for a in b:\n  c = 1\nwith d as (e, f):\n  g = 1", {"a", "c", "e", "f", "g"}, False),
        ("match a:\n  case {'k': b, **c}:\n    d = 1\n  case [*e]:\n    pass", {"b", "c", "d", "e"}, False),
        ("if (a := 1):\n  pass", {"a"}, False),
        ("def f():\n  global a\n  a = 1", {"f", "a"}, False),
        ("a.b = 1\nc[0] = 1", set(), False),
        ("from a import *", set(), True),
        ("def __getattr__(name): pass", {"__getattr__"}, True),
        ("globals().update(x)", set(), True),
        ("import sys\nsys.modules[__name__] = x", {"sys"}, True),
    ],
)
def test_the_names_that_a_module_offers(source: str, bound: set[str], is_open: bool) -> None:
    links = extract(source.encode()).links
    assert (links.bound, links.is_open) == (bound, is_open)


def _signature_of(source: str) -> tuple[str, tuple[Parameter, ...]]:
    (symbol,) = extract(source.encode()).symbols
    return symbol.signature, symbol.parameters


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("", "()"),
        ("a, b: int = 1", "(a, b=...)"),
        ("a, /, b=1, *, c, d=2", "(a, /, b=..., *, c, d=...)"),
        ("a=1, /", "(a=..., /)"),
        ("*args, c, **kw", "(*args, c, **kw)"),
        ("**kw", "(**kw)"),
    ],
)
def test_signatures_agree_with_inspect(parameters: str, expected: str) -> None:
    text, found = _signature_of(f"def f({parameters}): pass")
    assert text == expected
    namespace: dict[str, Any] = {}
    exec(f"def f({parameters}): pass", namespace)
    real = inspect.signature(namespace["f"]).parameters.values()
    kinds = [
        (one.name, one.kind.description.replace(" ", "-").replace("variadic-", "var-"), one.default) for one in real
    ]
    assert [(one.name, one.kind, one.has_default) for one in found] == [
        (name, kind, default is not inspect.Parameter.empty) for name, kind, default in kinds
    ]


def test_symbols_exports_docstring_and_counts() -> None:
    source = '''"""First line.

    More."""
__all__ = ["f"]
__all__ += ["C"]
__all__.extend(("G",))
__all__.append("H")
# a comment

def f(a, b=1): pass
class C(base.Base, Generic[T]):
    def method(self): pass
    def _hidden(self): pass
    def __call__(self, x): pass
if x:
    async def g(): pass
CONSTANT = 1
_private = 2
'''
    facts = extract(source.encode())
    shown = {symbol.name: (symbol.kind, symbol.line, symbol.bases) for symbol in facts.symbols if symbol.name[0] != "_"}
    assert shown == {
        "f": ("function", 10, ()),
        "C": ("class", 11, ("base.Base", "Generic")),
        "g": ("async-function", 16, ()),
        "CONSTANT": ("variable", 17, ()),
    }
    (class_c,) = [symbol for symbol in facts.symbols if symbol.kind == "class"]
    assert [(member.name, member.signature) for member in class_c.members] == [
        ("method", "(self)"),
        ("__call__", "(self, x)"),
    ]
    assert facts.exports == ("f", "C", "G", "H")
    assert [symbol.name for symbol in facts.public] == ["f", "C"]
    assert (facts.docstring, facts.classes, facts.functions, facts.lines) == ("First line.", 1, 5, 15)


def test_exports_that_cannot_be_read_are_none() -> None:
    assert extract(b"__all__ = names()").exports is None
    assert extract(b"x = 1").exports is None
    assert [symbol.name for symbol in extract(b"x = 1\n_y = 2").public] == ["x"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("register(x)", [(1, "call", "register")]),
        ("a.b().c(x)", [(1, "call", "a.b.c")]),
        ("x = open('f').read()", [(1, "io", "open")]),
        ("x = logging.getLogger(__name__)", []),
        ("os.makedirs('x')", [(1, "io", "os.makedirs")]),
        ("for x in y:\n  f()", [(1, "loop", ""), (2, "call", "f")]),
        ("with open(x) as y:\n  pass", [(1, "io", "open")]),
        ("with lock:\n  pass", [(1, "with", "lock")]),
        ("del x\nassert y\n", [(1, "delete", ""), (2, "assert", "")]),
        ("if x:\n  raise ImportError('no')", [(2, "raise", "ImportError")]),
        ("class C:\n  f()", [(2, "call", "f")]),
        ("if __name__ == '__main__':\n  main()", []),
        ("if TYPE_CHECKING:\n  f()", []),
        ("def f():\n  print(1)", []),
        ("try:\n  f()\nexcept E:\n  g()\n", [(2, "call", "f")]),
        ('"""docstring"""', []),
    ],
)
def test_effects_at_import(source: str, expected: list[tuple[int, str, str]]) -> None:
    assert list(extract(source.encode()).effects) == expected


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ("def test_a(): pass\nasync def test_b(): pass", 2),
        ("class TestA:\n  def test_a(self): pass\n  def helper(self): pass", 1),
        ("class A(unittest.TestCase):\n  def test_a(self): pass", 1),
        ("class A(SimpleTestCase):\n  def test_a(self): pass", 1),
        ("class A:\n  def test_a(self): pass", 0),
        ("def f():\n  def test_a(): pass", 0),
    ],
)
def test_test_files_are_known_by_their_tests(source: str, tests: int) -> None:
    facts = extract(source.encode())
    assert (facts.tests, facts.is_test) == (tests, tests > 0)


@pytest.mark.parametrize(
    ("source", "stage", "line"),
    [
        ("x = 1\nreturn x", "compile", 2),
        ("x = 1\n\nbreak", "compile", 3),
        ("def f(a, a): pass", "compile", 1),
        ("x = = 1", "parse", 1),
        ("x = 1\nprint 'two'", "parse", 2),
    ],
)
def test_files_that_this_python_refuses_say_where(source: str, stage: str, line: int) -> None:
    problem = refusal(source.encode())
    assert problem is not None
    assert (problem.stage, problem.line) == (stage, line)
    facts = extract(source.encode())
    assert facts.parses == (stage == "compile")
    assert facts.unparsed == (problem if stage == "parse" else None)


def test_a_file_that_only_fails_to_compile_keeps_all_facts() -> None:
    facts = extract(b"import a\ndef f(x): pass\nreturn 1\n")
    assert [found.module for found in facts.imports] == ["a"]
    assert facts.symbols[0].signature == "(x)"


def test_warnings_are_neither_shown_nor_turned_into_errors() -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        source = b"x = '\\d'\nassert (x, 'always true')\n1 is 1\n"
        assert extract(source).unparsed is None
        assert refusal(source) is None


def test_a_long_elif_chain_is_no_deeper_than_a_short_one() -> None:
    chain = "if x == 0:\n  import a0\n" + "".join(f"elif x == {n}:\n  import a{n}\n" for n in range(1, 300))
    assert len(extract(chain.encode()).imports) == 300


_LINES = (
    "import a.b as c\n",
    "from . import d\n",
    "def f(a, /, b=1, *c, d, **e): pass\n",
    "x = open('y')\n",
    "class C(B):\n  def m(self): pass\n",
    "__all__ = ['\\udcff', 'x']\n",
    "def test_x(): pass\n",
    "é = 'ü'\n",
    "x = = 1\n",
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(_LINES)))
def test_a_record_gives_back_the_facts(lines: list[str]) -> None:
    facts = extract("".join(lines).encode())
    assert decode(encode(facts)) == facts
    assert decode_links(encode(facts)) == facts.links
    assert decode_parses(encode(facts)) == facts.parses
