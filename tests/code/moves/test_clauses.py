"""Cutting a statement and joining its clauses are inverse to each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.moves.clauses import Clause, cut, join
from laneshift.code.moves.statements import parse_at

_GAPS = st.text(" \t", max_size=2).map(str.encode)
_LINE = st.sampled_from([b"\n", b"\r\n", b"  # why\n", b"  # a, b\r\n"])
_PLAIN = st.builds(lambda left, right: left + b"," + right, _GAPS, _GAPS)
_BROKEN = st.builds(lambda left, line, right: left + b"," + line + right, _GAPS, _LINE, _GAPS)
_LATE = st.builds(lambda line, left, right: line + left + b"," + right, _LINE, _GAPS, _GAPS)


@given(st.booleans(), st.data(), st.sampled_from([b"", b"    ", b"\t"]))
def test_join_undoes_cut(bracketed: bool, data: st.DataObject, indent: bytes) -> None:
    separator = data.draw(st.one_of(_PLAIN, _BROKEN, _LATE) if bracketed else _PLAIN)
    before = data.draw(st.sampled_from([b"", b"\n    "])) if bracketed else b""
    tail = data.draw(st.sampled_from([b"", b",", b",\n"])) if bracketed else b""
    whole = Clause(b" ", b"a.b", b" import ", b"one", bracketed, before, tail)
    left, right = cut(whole, separator, b"two", indent)
    joined = join(left, right, indent)
    assert joined is not None
    assert joined.text == Clause(b" ", b"a.b", b" import ", b"one" + separator + b"two", bracketed, before, tail).text
    for part in (left, right):
        found = parse_at(part.text, 0)
        assert found is not None
        assert found.end == len(part.text)


@given(st.sampled_from([b"from a import (one)", b"from a import one", b"from a import (\n    one\n)"]))
def test_what_was_not_cut_is_not_joined(text: bytes) -> None:
    other = Clause(b" ", b"z", b" import ", b"two")
    bracketed = b"(" in text
    left = Clause(b" ", b"a", b" import ", b"one", bracketed, b"\n    " if b"\n" in text else b"", b"")
    assert join(left, other, b"") is None
