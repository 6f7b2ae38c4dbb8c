"""Facts of anything: broken files, other versions of Python, and bytes that are no text at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from laneshift.code.facts import Problem, decode, encode
from laneshift.code.facts.extract import extract
from laneshift.code.facts.refusal import refusal
from laneshift.code.facts.scan import scan

_BROKEN = "x = = 1\n"
_PIECES = st.sampled_from(
    [
        "import a.b as c",
        "from .x import (a,\n b)",
        "\n",
        "'",
        '"',
        '"""',
        "'''",
        "\\",
        "(",
        ")",
        "#",
        ";",
        ":",
        "\r",
        "\t",
        "def f(",
        "class C:",
        "é",
        "\x00",
        "\x0c",
        "0x",
        "import",
        "from",
        "...",
        "as",
        "*",
        "\ufeff",
        "print 'x'",
        "if x:",
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
@example(b"# coding: rot13\nvzcbeg bf\n")
@example(b"# coding: undefined\nx\n")
@example(b"# coding: utf-16\nx\n")
@example(b"\xff\xfei\x00m\x00p\x00")
@example(b"x = " + b"9" * 5000)
@example(b"(" * 5000)
@example(b"-" * 20000 + b"1")
@example(b"x" + b".y" * 20000)
@example(b"if 1:\n" + b"".join(b" " * n + b"if 1:\n" for n in range(1, 120)) + b" " * 120 + b"x\n")
def test_no_bytes_make_extraction_fail(data: bytes) -> None:
    facts = extract(data)
    assert decode(encode(facts)) == facts
    assert facts.parses or facts.links.is_open
    assert facts.parses or refusal(data) is not None


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(_PIECES, max_size=30))
def test_no_source_makes_extraction_or_scanning_fail(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    facts = extract(data)
    assert decode(encode(facts)) == facts
    scanned = scan(data, Problem("parse", 1, "test"), 0)
    assert decode(encode(scanned)) == scanned


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            [
                "import a.b\n",
                "import a as b, c.d\n",
                "from a.b import (c,  # x\n  d as e,\n)\n",
                "from . import x; import y\n",
                "from ..p import *\n",
                "s = 'import no'\n",
                '"""\nimport no\n"""\n',
                "# import no\n",
                "def f(a, b):\n  import z\n",
                "f(x,\n  y)\n",
                "import \\\n  w\n",
                "r = '\\\\'\nimport after\n",
                "try: import t\nexcept E: pass\n",
            ]
        )
    )
)
def test_the_scanner_sees_the_imports_that_the_parser_sees(lines: list[str]) -> None:
    parsed = extract("".join(lines).encode())
    assert parsed.parses
    scanned = scan("".join(lines).encode(), Problem("parse", 1, "test"), 0)
    assert [(one.module, one.level, one.names, one.alias) for one in scanned.imports] == [
        (one.module, one.level, one.names, one.alias) for one in parsed.imports
    ]
    assert {symbol.name for symbol in scanned.symbols} == {symbol.name for symbol in parsed.symbols}


def test_another_version_of_python_is_scanned() -> None:
    source = "import os, sys as system\nfrom a.b import c\nclass C:\n  pass\ndef f((a, b)): pass\nX = 1\nprint 'x'\n"
    facts = extract(source.encode())
    assert not facts.parses
    assert [found.module for found in facts.imports] == ["os", "sys", "a.b"]
    assert [(symbol.name, symbol.kind) for symbol in facts.symbols] == [
        ("C", "class"),
        ("f", "function"),
        ("X", "variable"),
    ]
    assert facts.links.offers("anything")


def test_an_unclosed_bracket_does_not_swallow_the_rest() -> None:
    facts = extract(b"x = (1,\nimport a\n\ndef f(:\n  pass\nfrom b import c\n")
    assert [(found.module, found.line) for found in facts.imports] == [("a", 2), ("b", 6)]


def test_what_stands_in_strings_comments_and_brackets_is_left_alone() -> None:
    source = 's = """\nimport a\n"""\nx = (1,\ny = 2,\n)  # import b\nz = \\\n  3; import c\nprint \'import d\'\n'
    facts = scan(source.encode(), Problem("parse", 1, "test"), 0)
    assert [(found.module, found.line) for found in facts.imports] == [("c", 8)]
    assert [(symbol.name, symbol.line) for symbol in facts.symbols] == [("s", 1), ("x", 4), ("z", 7)]


def test_tests_in_broken_files_are_counted() -> None:
    assert extract(f"{_BROKEN}def test_a(): pass\nclass T:\n  def test_b(self): pass\n".encode()).tests == 2


@pytest.mark.parametrize("piece", ["'''a\\", '"""\\', "'\\", "(", "x'", "from (", "\\\n", '"', "import a, "])
def test_scanning_hostile_text_takes_linear_time(piece: str) -> None:
    data = (piece * (200_000 // len(piece))).encode()
    before = time.thread_time()
    scan(data, Problem("parse", 1, "test"), 0)
    assert time.thread_time() - before < 8


def test_a_file_too_large_to_parse_says_so() -> None:
    data = b"import a\n" + b"#" * (4 * 1024 * 1024)
    facts = extract(data)
    assert refusal(data) == facts.unparsed
    assert facts.unparsed is not None
    assert "larger than" in facts.unparsed.reason
    assert [found.module for found in facts.imports] == ["a"]
