"""Cursors: what was given is read back exactly, and nothing else is."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.server.cursors import Cursor, page, position_in


@given(st.text(max_size=40), st.integers(0, 2**53))
def test_what_was_given_is_read_back(name: str, number: int) -> None:
    assert position_in(Cursor("a", name).text, "a", str) == name
    assert position_in(Cursor("a", number).text, "a", int) == number
    assert position_in("", "a", int) is None


@given(st.text(max_size=200))
def test_anything_else_is_refused(text: str) -> None:
    refused, found = False, None
    try:
        found = position_in(text, "a", int)
    except Refused as error:
        refused = error.code == "page.bad-cursor"
    assert refused or not text or (found is not None and Cursor("a", found).text == text)


@pytest.mark.parametrize(
    "text",
    [
        Cursor("b", 1).text,
        Cursor("a", "1").text,
        Cursor("a", 1).text + "=",
        base64.urlsafe_b64encode(b'["a",true]').decode().rstrip("="),
        base64.urlsafe_b64encode(b'["a", 1]').decode().rstrip("="),
        base64.urlsafe_b64encode(b"[" * 900).decode(),
        "x" * 5000,
    ],
)
def test_cursors_of_other_lists_and_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        position_in(text, "a", int)


@given(st.lists(st.integers(0, 1000), unique=True), st.integers(1, 9))
def test_pages_together_are_the_whole_list(numbers: list[int], limit: int) -> None:
    numbers.sort()
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        after = position_in(cursor, "n", int)
        taken, cursor = page([n for n in numbers if after is None or n > after], "n", limit, lambda n: n)
        seen += taken
    assert seen == numbers
