"""A manifest is regenerated in place: what people wrote stays byte for byte, in whatever style they wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.manifests.document import NotReadableError, joined, members_of, read, split
from laneshift.manifests.merging import ABSENT, at, fresh, merged, same
from tests.manifests.drawn import DERIVED, HUMAN, derivations, manifests

QUICK = settings(derandomize=True, max_examples=150, deadline=None)


def raw(data: bytes, key: tuple[str, ...]) -> str | None:
    """The text of one field, exactly as it is written."""
    text = split(data)[1]
    for name in key:
        if not text.startswith("{"):
            return None
        text = next((member.value for member in members_of(text) if member.key == name), "")
        if not text:
            return None
    return text


@QUICK
@given(manifests())
def test_reading_and_writing_without_a_change_is_the_identity(data: bytes) -> None:
    before, text, after = split(data)
    assert f"{before}{joined(members_of(text))}{after}".encode() == data
    assert merged(data, {}) == data


@QUICK
@given(manifests(), derivations(ABSENT))
def test_derived_fields_are_what_the_code_says_and_a_second_time_changes_nothing(
    data: bytes, fields: dict[tuple[str, ...], Any]
) -> None:
    done = merged(data, fields)
    value = read(done)
    for key, wanted in fields.items():
        assert same(at(value, key), wanted)
    assert merged(done, fields) == done


@settings(derandomize=True, max_examples=40, deadline=None)
@given(manifests(), st.lists(derivations(ABSENT), min_size=50, max_size=50))
def test_human_fields_survive_fifty_regenerations_byte_for_byte(
    data: bytes, rounds: list[dict[tuple[str, ...], Any]]
) -> None:
    written = {key: raw(data, key) for key in HUMAN}
    there = [key for key in HUMAN if written[key] is not None]
    order = [member.key for member in members_of(split(data)[1])]
    for fields in rounds:
        data = merged(data, fields)
        assert {key: raw(data, key) for key in there} == {key: written[key] for key in there}
        assert all(raw(data, key) is None for key in HUMAN if key not in there)
    left = [member.key for member in members_of(split(data)[1]) if member.key in order]
    derived_only = {key[0] for key in DERIVED} - {key[0] for key in there}
    assert [name for name in left if name not in derived_only] == [name for name in order if name not in derived_only]


def test_the_style_of_a_file_is_kept_by_new_fields() -> None:
    tabs = b'{\r\n\t"metadata": {\r\n\t\t"owner": "caf\\u00e9"\r\n\t}\r\n}'
    done = merged(tabs, {("schema_version",): "1.2.0", ("exports", "classes"): ["Ä"]})
    assert done == (
        b'{\r\n\t"schema_version": "1.2.0",\r\n\t"exports": {\r\n\t\t"classes": [\r\n\t\t\t"\\u00c4"\r\n\t\t]\r\n\t},'
        b'\r\n\t"metadata": {\r\n\t\t"owner": "caf\\u00e9"\r\n\t}\r\n}'
    )


def test_a_value_that_is_equal_keeps_its_own_way_of_being_written() -> None:
    data = b'{"testing": {"has_tests":   true}, "exports": {"classes": [ "A" ,"B" ]}}\n'
    assert merged(data, {("exports", "classes"): ["A", "B"], ("testing", "has_tests"): True}) == data
    assert b'"has_tests":   1' in merged(data.replace(b"true", b"1"), {("exports", "classes"): ["A", "B"]})
    assert merged(data.replace(b"true", b"1"), {("testing", "has_tests"): True}) == data


def test_a_section_that_loses_its_last_field_goes() -> None:
    data = b'{\n  "a": 1,\n  "exports": {\n    "classes": []\n  }\n}\n'
    assert merged(data, {("exports", "classes"): ABSENT}) == b'{\n  "a": 1\n}\n'


def test_a_new_manifest_is_in_the_order_of_the_schema() -> None:
    fields = {("security", "network_calls"): False, ("module", "path"): "a", ("schema_version",): "1.2.0"}
    data = fresh({**fields, ("module", "lane"): ABSENT})
    assert list(json.loads(data)) == ["schema_version", "module", "security"]
    assert merged(data, fields) == data
    assert data.endswith(b"}\n")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"[]", "no JSON object"),
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b'{"a": {"b": 1, "b": 2}}', "stands twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1e999}', "beyond every number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "more than 32 levels"),
        (b"[" * 200_000, "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"a": "' + b"x" * (4 << 20) + b'"}', "larger than"),
        (b'{"exports": []}', "exports is no object"),
        (b'{"a": 1} trailing', "not JSON"),
    ],
)
def test_what_two_readers_could_take_for_two_things_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(NotReadableError, match=said):
        merged(data, {("exports", "classes"): []})
