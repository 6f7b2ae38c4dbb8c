"""Two quick ways give what the thorough ones give: statements by one pattern, strings scanned as far as asked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.code.moves.regions import regions
from laneshift.code.moves.statements import _plain_from, parse_at, read_at

PIECES = st.sampled_from(
    [
        *("from", "import", "cimport", "as", "a", "b1", "_c", "é", "class", "if", "*", ".", "..", ",", ";", "(", ")"),
        *(" ", " ", " ", "  ", "\t", "\f", "\\\n", "\n", "\r\n", "# c", "", "0", "'"),
    ]
)
SHAPED = st.builds(
    "from{}{}{}import{}{}{}".format,
    *(st.sampled_from([" ", "  ", "\t", " \\\n"]), st.sampled_from(["a", ".a", "..", ". a", "a.b", "a .b", "if.a"])),
    *(st.sampled_from([" ", "\t "]), st.sampled_from([" ", "  "])),
    st.lists(st.sampled_from(["a", "b as c", "c  as  d", "if", "*", "a.b", "cimport", "as as as"]), max_size=3).map(
        ", ".join
    ),
    st.sampled_from(["", " ", "\n", "\r", "  # why", ";", ",", " \\\n", ")", "\n, d"]),
)
TEXT = st.lists(st.sampled_from(['"', "'", '"""', "'''", "\\", "#", "\n", "\r\n", "a", " ", "f'"]), max_size=30).map(
    "".join
)


@settings(derandomize=True, max_examples=600, deadline=None)
@given(st.one_of(SHAPED, st.lists(PIECES, max_size=12).map(lambda rest: "from " + "".join(rest))))
def test_a_statement_is_read_alike_by_both_ways(text: str) -> None:
    assert parse_at(text.encode(), 0) == read_at(text.encode(), 0)


def test_the_plain_way_is_taken() -> None:
    found = _plain_from(b"from ..a.b import c as d, e  # why\n", 0)
    assert found is not None
    assert (found.level, found.module, found.end) == (2, "a.b", 27)
    assert [(name.text, name.alias) for name in found.names] == [("c", "d"), ("e", None)]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(TEXT, st.lists(st.integers(0, 80), max_size=6))
def test_strings_are_the_same_in_whatever_order_they_are_asked_for(text: str, asked: list[int]) -> None:
    data = text.encode()
    known, whole = regions(data), regions(data).every()
    for offset in asked:
        assert known.around(offset) == next((each for each in whole if each[0] <= offset < each[1]), None)
    assert known.every() == whole
