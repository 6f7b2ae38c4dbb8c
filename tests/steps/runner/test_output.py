"""Output of any length and content becomes bounded, harmless text."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from laneshift.steps.runner.output import Middle, clean


@given(st.binary(max_size=400))
def test_nothing_but_plain_text_remains(data: bytes) -> None:
    text = clean(data)
    assert all(char in "\n\t" or unicodedata.category(char) != "Cc" for char in text)
    assert "\x1b" not in text


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert clean(text.encode()) == text


@given(st.lists(st.binary(max_size=64), max_size=40), st.integers(min_value=0, max_value=200))
def test_how_the_stream_was_cut_into_chunks_does_not_matter(chunks: list[bytes], limit: int) -> None:
    pieces, whole = Middle(limit), Middle(limit)
    for chunk in chunks:
        pieces.feed(chunk)
    whole.feed(b"".join(chunks))
    assert pieces.text() == whole.text()
    assert pieces.total == sum(map(len, chunks))


def test_the_middle_is_counted() -> None:
    kept = Middle(8)
    for letter in b"abcdefghijkl":
        kept.feed(bytes([letter]))
    assert kept.text() == "abcd\n[... 4 bytes left out ...]\nijkl"


def test_escape_sequences_vanish_whole() -> None:
    assert (
        clean(b"\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1bPq#0\x1b\\six\x1b(B \x1b")
        == "red link six "
    )
    assert clean("a\u202eb\u200bc\u2028d".encode()) == "abcd"
    assert clean(b"50 %\r100 %\r\n") == "50 %\n100 %\n"
