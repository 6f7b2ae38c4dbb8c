"""Facts read from a row are those that were written, on the short way as on the long one; anything else is damage."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.evidence import columns
from laneshift.evidence.canonical import canonical
from laneshift.evidence.records import Finding, Record, seal

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(max_size=8)
    | st.text('ab\\"\x1f', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def row(facts: object) -> list[object]:
    """A row with these facts, given as they stand in the database."""
    made = seal(seq=1, key="k", kind="test.row", at=5, actor="me", tool="1", facts={}, after=(f"sha256:{'0' * 64}", ""))
    values = list(columns.values(made))
    values[columns.NAMES.index("facts")] = facts
    return values


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=4))
def test_facts_come_back_as_they_were_written(facts: dict[str, object]) -> None:
    found = columns.read(row(canonical(facts).decode()))
    assert isinstance(found, Record)
    assert found.facts == facts
    assert canonical(found.facts) == canonical(facts)


@pytest.mark.parametrize(
    "stored",
    [
        '{"a": 1}',
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a":1.5}',
        '{"a":1e3}',
        '{"a":NaN}',
        '{"a":-0}',
        '{"a":9007199254740992}',
        '{"a":"\\u0061"}',
        '{"a":"\\u00e9"}',
        '{"a":1}\n',
        '{"a":' + "[" * 70 + "]" * 70 + "}",
        '{"a":1',
        "7",
        "",
        b'{"a":1}',
        None,
    ],
)
def test_what_was_never_written_so_is_damage(stored: object) -> None:
    found = columns.read(row(stored))
    assert isinstance(found, Finding)
    assert found.code == "evidence.record-unreadable"
