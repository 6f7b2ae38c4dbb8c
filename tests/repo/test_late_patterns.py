"""A pattern that is compiled late is the one that is compiled at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.repo.late_patterns import late


@given(st.text("abc .", max_size=20))
def test_it_finds_the_same(text: str) -> None:
    ours, theirs = late(r"(a+)(?:b|\Z)", re.MULTILINE), re.compile(r"(a+)(?:b|\Z)", re.MULTILINE)
    for _ in range(2):
        assert ours.findall(text) == theirs.findall(text)
        assert [each.span(1) for each in ours.finditer(text, 2)] == [each.span(1) for each in theirs.finditer(text, 2)]
        assert ours.sub("x", text) == theirs.sub("x", text)
    assert (ours.pattern, ours.flags, ours.groups) == (theirs.pattern, theirs.flags, theirs.groups)


def test_it_is_compiled_once_and_not_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    compile_now = re.compile
    monkeypatch.setattr(re, "compile", lambda *asked: compiled.append(asked) or compile_now(*asked))
    pattern = late(rb"a+")
    assert compiled == []
    assert pattern.match(b"aab")
    assert pattern.match(b"aab")
    assert compiled == [(rb"a+", 0)]


def test_a_bad_pattern_is_told_at_its_first_use() -> None:
    bad = late("(")
    with pytest.raises(re.error, match="missing"):
        bad.match("")
    with pytest.raises(AttributeError):
        late("a").no_such_thing  # type: ignore[attr-defined]  # noqa: B018 - to be asked for
