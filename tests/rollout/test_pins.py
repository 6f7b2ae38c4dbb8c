"""A pin moves when its input moves by one byte, and by nothing else; drift names every field with both digests."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.rollout import pins
from laneshift.rollout.pins import ABSENT, FIELDS, Drift, drift, pins_digest, pins_problem

PINNED = {name: pins.of_text(name) for name in FIELDS}


@given(st.binary(max_size=40), st.integers(0, 39), st.integers(1, 255))
def test_one_byte_of_a_file_moves_its_pin(data: bytes, at: int, change: int) -> None:
    other = bytearray(data or b"\0")
    other[at % len(other)] ^= change
    assert pins.of_bytes(data) == f"sha256:{sha256(data).hexdigest()}"
    assert len({pins.of_bytes(data), pins.of_bytes(bytes(other)), pins.of_bytes(data + b"\n"), ABSENT}) == 4


def test_a_file_that_is_gone_is_not_an_empty_file() -> None:
    assert pins.of_bytes(None) == pins.of_files({}) == ABSENT
    assert len({ABSENT, pins.of_bytes(b""), pins.of_text("absent"), pins.of_files({"a": b""})}) == 4


def test_several_files_are_pinned_with_their_paths_and_without_their_order() -> None:
    one = pins.of_files({"a": b"1", "b": b"2"})
    assert one == pins.of_files({"b": b"2", "a": b"1"})
    others = ({"a": b"2", "b": b"1"}, {"a": b"1"}, {"a": b"1", "c": b"2"}, {"a": b"1", "b": b"2", "c": b""})
    assert len({one, *(pins.of_files(files) for files in others)}) == 5


def test_plain_data_is_pinned_by_meaning() -> None:
    assert pins.of_value({"a": 1, "b": [2]}) == pins.of_value({"b": [2], "a": 1})
    assert pins.of_value([{"gate": "imports", "version": 1}]) != pins.of_value([{"gate": "imports", "version": 2}])
    with pytest.raises(Refused):
        pins.of_value(0.5)


@pytest.mark.parametrize("field", FIELDS)
def test_drift_names_the_field_and_both_digests(field: str) -> None:
    now = {**PINNED, field: pins.of_text("another")}
    assert drift(PINNED, now) == (Drift(field, PINNED[field], now[field]),)
    gone = {name: pin for name, pin in PINNED.items() if name != field}
    assert drift(PINNED, gone) == (Drift(field, PINNED[field], ""),)
    assert drift(gone, gone) == (Drift(field, "", ""),)


def test_nothing_moved_is_no_drift_and_all_moved_is_told_in_order() -> None:
    assert drift(PINNED, dict(reversed(PINNED.items()))) == ()
    everything = drift(PINNED, {name: pins.of_text(name * 2) for name in FIELDS})
    assert [one.field for one in everything] == [*FIELDS]


def test_a_pin_of_an_unknown_name_is_drift() -> None:
    assert drift(PINNED, {**PINNED, "extra": ABSENT}) == (Drift("extra", "", ABSENT),)


def test_all_pins_together_have_one_digest_whatever_their_order() -> None:
    assert pins_digest(PINNED) == pins_digest(dict(reversed(PINNED.items())))
    digests = {pins_digest({**PINNED, name: ABSENT}) for name in FIELDS}
    assert len({pins_digest(PINNED), *digests}) == len(FIELDS) + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        dict.fromkeys(FIELDS[1:], ABSENT),
        {**PINNED, "extra": ABSENT},
        {**PINNED, "tool": ""},
        {**PINNED, "tool": ABSENT.upper()},
        {**PINNED, "tool": ABSENT + "\n"},
    ],
)
def test_anything_but_a_digest_for_each_field_is_refused(wrong: dict[str, str]) -> None:
    assert pins_problem(wrong)
    with pytest.raises(Refused) as refused:
        pins_digest(wrong)
    assert refused.value.code == "pins.incomplete"
