from __future__ import annotations

import enum
import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.errors import Refused
from laneshift.evidence.canonical import canonical, digest, digest_of, is_digest, parse, plain

from .values import json_values

QUICK = settings(derandomize=True, max_examples=300, deadline=None)


ASCII = st.text(st.characters(codec="ascii"), max_size=8)


class Colour(enum.StrEnum):
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


@QUICK
@given(json_values)
def test_bytes_are_those_of_an_independent_implementation(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@QUICK
@given(st.dictionaries(ASCII, st.lists(ASCII, max_size=3) | st.dictionaries(ASCII, ASCII, max_size=3), max_size=5))
def test_ascii_bytes_are_those_of_an_independent_implementation(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@QUICK
@given(json_values)
def test_what_is_written_is_read_back(value: object) -> None:
    assert parse(canonical(value)) == value
    assert canonical(parse(canonical(value))) == canonical(value)


def test_names_are_sorted_by_utf16_and_control_characters_escaped() -> None:
    assert canonical({"\U00010000": 1, "￿": 2, "a\n\x1f\x7f": 'q"\\'}) == (
        '{"a\\n\\u001f\x7f":"q\\"\\\\","\U00010000":1,"￿":2}'.encode()
    )


def test_digest_is_sha256_over_the_bytes() -> None:
    # echo -n '{"a":[1,true,null]}' | sha256sum
    assert digest({"a": [1, True, None]}) == digest_of(b'{"a":[1,true,null]}')
    assert digest_of(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (1.5, "$"),
        ({"a": [0, float("nan")]}, "$.a[1]"),
        (2**53, "$"),
        (-(2**53), "$"),
        ("\udcff", "$"),
        ({"\udcff": 1}, "$"),
        ({1: 2}, "$"),
        ({"a": b"x"}, "$.a"),
        ({"a": {1, 2}}, "$.a"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_place(value: object, where: str) -> None:
    with pytest.raises(Refused) as caught:
        canonical(value)
    assert caught.value.code == "evidence.not-canonical"
    assert caught.value.where == where


def test_bottomless_values_are_refused() -> None:
    value: list[object] = []
    value.append(value)
    with pytest.raises(Refused, match="64 levels"):
        canonical(value)
    with pytest.raises(ValueError, match="levels"):
        parse("[" * 100 + "]" * 100)
    with pytest.raises(ValueError, match="deep"):
        parse("[" * 200_000)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        "1.0",
        "1e3",
        "NaN",
        "-Infinity",
        "9007199254740993",
        '"\\ud800"',
        "",
        "{",
        "01",
        "[1,]",
        "1" * 5000,
    ],
)
def test_loose_json_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(text)


def test_bytes_in_another_encoding_are_not_read() -> None:
    with pytest.raises(ValueError, match="codec"):
        parse('{"ä":1}'.encode("utf-16"))


def test_subclasses_become_what_they_hold() -> None:
    found = plain({"colour": Colour.RED, "size": Size.LARGE, "pair": (1, 2)})
    assert json.dumps(found) == '{"colour": "red", "size": 3, "pair": [1, 2]}'
    assert type(found["colour"]) is str
    assert type(found["size"]) is int


@pytest.mark.parametrize(
    "text", ["", "sha256:", "sha256:" + "A" * 64, "sha256:" + "a" * 63, "sha256:" + "a" * 64 + "\n", None, 5]
)
def test_only_a_whole_digest_is_one(text: object) -> None:
    assert not is_digest(text)
    assert is_digest("sha256:" + "a" * 64)
