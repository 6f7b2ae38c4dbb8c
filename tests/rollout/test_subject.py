"""What is signed: one digest for one meaning, and nothing reads as an approval that is none."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
import rfc8785

from laneshift.errors import Refused
from laneshift.rollout.pins import of_text
from laneshift.rollout.subject import Envelope, Subject

SUBJECT = Subject(
    "name:acme/monorepo", of_text("plan"), of_text("pins"), of_text("canary"), "ann@acme.example", 1_000, 2_000
)
PLAIN = SUBJECT.as_json()
ENVELOPE = Envelope(SUBJECT, "ssh", {"signature": "-----BEGIN SSH SIGNATURE-----\n"})


def test_the_digest_is_that_of_the_canonical_json_and_both_methods_sign_it() -> None:
    expected = sha256(rfc8785.dumps(PLAIN)).hexdigest()
    assert SUBJECT.digest == f"sha256:{expected}"
    assert SUBJECT.signed == f"sha256:{expected}".encode()
    assert SUBJECT.challenge == bytes.fromhex(expected)
    assert PLAIN["type"] == "laneshift/approval/v1"


def test_it_survives_a_file() -> None:
    assert Subject.from_json(json.loads(json.dumps(PLAIN))) == SUBJECT
    assert Envelope.from_json(json.loads(json.dumps(ENVELOPE.as_json()))) == ENVELOPE
    key = Envelope(SUBJECT, "passkey", {"id": "abc", "counter": 7})
    assert Envelope.from_json(key.as_json()) == key


@pytest.mark.parametrize("name", [name for name in PLAIN if name != "type"])
def test_every_field_is_covered(name: str) -> None:
    old = getattr(SUBJECT, name)
    other = replace(SUBJECT, **{name: old + 1 if isinstance(old, int) else old[:-1] + "0"})
    assert other.digest != SUBJECT.digest


WRONG: dict[str, Any] = {
    "null": None,
    "a list": [PLAIN],
    "another type": {**PLAIN, "type": "laneshift/approval/v2"},
    "a field too many": {**PLAIN, "extra": 1},
    "a field too few": {name: value for name, value in PLAIN.items() if name != "expires"},
    "a plan that is no digest": {**PLAIN, "plan": "core-0123456789"},
    "pins that are a number": {**PLAIN, "pins": 1},
    "no canary": {**PLAIN, "canary": ""},
    "no repository": {**PLAIN, "repository": ""},
    "a repository that breaks the line": {**PLAIN, "repository": "a\nb"},
    "a repository that is long": {**PLAIN, "repository": "a" * 1001},
    "a repository that is a list": {**PLAIN, "repository": ["a"]},
    "everybody": {**PLAIN, "approver": "*"},
    "two people": {**PLAIN, "approver": "a@x,b@x"},
    "an option": {**PLAIN, "approver": "-f"},
    "a person that is null": {**PLAIN, "approver": None},
    "a look-alike": {**PLAIN, "approver": "\u0430nn@acme.example"},
    "a time that is true": {**PLAIN, "made": True},
    "a time with a fraction": {**PLAIN, "expires": 2000.0},
    "an end before the beginning": {**PLAIN, "expires": 999},
    "no time at all": {**PLAIN, "expires": 1000},
    "a time before all": {**PLAIN, "made": -1},
    "a time after all": {**PLAIN, "expires": 2**53},
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_subject_is_refused(name: str) -> None:
    for read, value in (
        (Subject.from_json, WRONG[name]),
        (Envelope.from_json, {**ENVELOPE.as_json(), "subject": WRONG[name]}),
    ):
        with pytest.raises(Refused) as refused:
            read(value)
        assert refused.value.code == "approval.unreadable"
        assert refused.value.why


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "pgp"}, "unknown-method"),
        ({"method": ["ssh"]}, "unknown-method"),
        ({"method": None}, "unknown-method"),
        ({"proof": {}}, "unreadable"),
        ({"proof": "signature"}, "unreadable"),
        ({"proof": {"signature": 1}}, "unreadable"),
        ({"proof": {"signature": "x", "key": "y"}}, "unreadable"),
        ({"proof": {"signature": "x" * 70_000}}, "unreadable"),
        ({"proof": {"signature": "\ud800"}}, "unreadable"),
        ({"method": "passkey", "proof": {"at": 0.5}}, "unreadable"),
        ({"extra": 1}, "unreadable"),
    ],
)
def test_what_is_no_envelope_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        Envelope.from_json({**ENVELOPE.as_json(), **change})
    assert refused.value.code == f"approval.{code}"


def test_an_envelope_is_an_object() -> None:
    with pytest.raises(Refused, match="no approval"):
        Envelope.from_json([ENVELOPE.as_json()])
