"""Code within f-strings: each text marks code with @ and everything else with -, one mark for each NAME in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.code.moves.fields import is_field
from laneshift.code.moves.regions import regions

MARKED = [
    ("f'{@}'", "plain field"),
    ("f'- {@} -'", "text around a field"),
    ("'{-}'", "no f-string"),
    ("bar'{-}'", "letters that are no prefix"),
    ("Rf'{@}'", "raw"),
    ("t'{@}'", "template"),
    ("f'{{-}}'", "braces that stand for themselves"),
    ("f'{{{@}}}'", "a field between them"),
    ("f'{@!r:-}'", "format"),
    ("f'{@:-{@}-}-'", "field in a format"),
    ("f'{g(\"-\", @)}'", "string in a field"),
    ("f'{ {1: @} }'", "dict in a field"),
    ("f'{g[@:@]}-'", "slice in a field"),
    ("f'''{\n  @  # -\n}-'''", "comment in a field"),
    ("f'{f\"- {@} -\"} -'", "f-string in a field"),
    ("f'{(lambda x: @)(1)}'", "colon in brackets"),
]


@pytest.mark.parametrize(("marked", "_why"), MARKED, ids=[why for _, why in MARKED])
def test_what_is_code(marked: str, _why: str) -> None:
    assert _told(marked) == re.findall("[@-]", marked)


def _told(marked: str) -> list[str]:
    data = re.sub("[@-]", "NAME", marked).encode()
    known, told = regions(data), []
    for found in re.finditer(b"NAME", data):
        around = known.around(found.start())
        assert around is not None
        told.append("@" if is_field(data, around[0], found.start()) else "-")
    return told


_CODE = st.sampled_from(["@", "g(@, [@])", "{1: @}", '"-"', "@[1:2]", "(@ if 1 else {@})"])
_PARTS = st.one_of(
    st.sampled_from(["-", "{{-}}", " ", "(", ":", "#"]),
    _CODE.map(lambda code: f"{{ {code} }}"),
    _CODE.map(lambda code: f"{{ {code} !r:-}}"),
    st.tuples(_CODE, _CODE).map(lambda both: f"{{ {both[0]} :-{{ {both[1]} }}-}}"),
)


@given(st.lists(_PARTS, max_size=6))
def test_parts_in_any_order(parts: list[str]) -> None:
    marked = f"f'{''.join(parts)}'"
    assert _told(marked) == re.findall("[@-]", marked)
