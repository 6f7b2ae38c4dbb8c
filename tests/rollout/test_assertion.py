"""What a passkey signed: read from the bytes that were signed, and refused for every way in which it is not ours."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from laneshift.rollout.assertion import Assertion, Site, challenged, from_base64url, in_base64url, is_signed, problem
from laneshift.rollout.passkey_keys import public_key
from laneshift.rollout.passkeys import Passkey, passkeys_in
from tests.authenticator import PRESENT, VERIFIED, Authenticator

SITE = Site("acme.example", ("https://laneshift.acme.example",))
CHALLENGE = bytes(range(32))


def ours(**changes: object) -> Authenticator:
    return Authenticator(**{"rp_id": "acme.example", "origin": SITE.origins[0], **changes})


def der(key: object) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def test_a_good_assertion_is_signed_by_its_key_alone_and_says_nothing_wrong() -> None:
    passkey = ours()
    found = passkey.asserted(CHALLENGE)
    assert is_signed(found, passkey.der)
    assert not is_signed(found, ours().der)
    assert challenged(found) == CHALLENGE
    assert problem(found, SITE) == ""
    assert found.counter == 1
    assert Assertion.in_proof(found.as_proof()) == found


BAD: dict[str, tuple[str, Callable[[], Assertion]]] = {
    "wrong type": ("not to sign in", lambda: ours().asserted(CHALLENGE, "webauthn.create")),
    "foreign origin": ("none of this site", lambda: ours(origin="https://evil.example").asserted(CHALLENGE)),
    "another port": ("none of this site", lambda: ours(origin=f"{SITE.origins[0]}:444").asserted(CHALLENGE)),
    "foreign site": ("not one of acme.example", lambda: ours(rp_id="evil.example").asserted(CHALLENGE)),
    "nobody verified": ("did not verify", lambda: ours(flags=PRESENT).asserted(CHALLENGE)),
    "nobody there": ("nobody was there", lambda: ours(flags=VERIFIED).asserted(CHALLENGE)),
    "within another page": ("inside a page", lambda: ours().asserted(CHALLENGE, crossOrigin=True)),
    "below another page": ("inside a page", lambda: ours().asserted(CHALLENGE, topOrigin="https://evil.example")),
    "no origin": ("does not say", lambda: ours().asserted(CHALLENGE, origin=None)),
    "no text": ("does not say", lambda: ours().asserted(CHALLENGE, origin=["https://laneshift.acme.example"])),
    "cut off": ("cannot be read", lambda: replace(ours().asserted(CHALLENGE), authenticator_data=bytes(36))),
    "longer": (
        "cannot be read",
        lambda: replace(found := ours().asserted(CHALLENGE), authenticator_data=found.authenticator_data + b"x"),
    ),
    "impossible copy": ("not possible", lambda: ours(flags=PRESENT | VERIFIED | 0x10).asserted(CHALLENGE)),
    "no JSON": ("cannot be read", lambda: replace(ours().asserted(CHALLENGE), client_data=b"{")),
    "an origin twice": (
        "cannot be read",
        lambda: replace(ours().asserted(CHALLENGE), client_data=b'{"origin":"a","origin":"b"}'),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_of_a_verified_person_at_this_site_is_a_problem(name: str) -> None:
    told, make = BAD[name]
    assert told in problem(make(), SITE)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.data())
def test_no_bit_of_what_was_signed_can_be_turned(data: st.DataObject) -> None:
    passkey = ours()
    found = passkey.asserted(CHALLENGE)
    part = data.draw(st.sampled_from(["client_data", "authenticator_data", "signature"]))
    held = bytearray(getattr(found, part))
    # Signatures differ in length by chance, so the place is drawn from a range that does not.
    at = data.draw(st.integers(0, 2**16)) % (len(held) * 8)
    held[at // 8] ^= 1 << at % 8
    assert not is_signed(replace(found, **{part: bytes(held)}), passkey.der)


def test_keys_of_three_kinds_and_no_others() -> None:
    text = b"signed" + bytes(32)
    one, two = ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)
    found = ours().asserted(CHALLENGE)
    signed = found.authenticator_data + hashlib.sha256(found.client_data).digest()
    assert is_signed(replace(found, signature=one.sign(signed)), der(one))
    assert is_signed(replace(found, signature=two.sign(signed, PKCS1v15(), SHA256())), der(two))
    assert not is_signed(replace(found, signature=one.sign(text)), der(one))
    for bad in (der(generate_private_key(SECP384R1())), der(rsa.generate_private_key(65537, 1024)), b"", b"\x30\x03"):
        with pytest.raises(ValueError, match="key"):
            public_key(bad)
        assert not is_signed(found, bad)


def test_the_file_of_passkeys_is_read_whole_or_not_at_all() -> None:
    ada, bob = ours(), ours()
    good = f"# who has which\n\n{ada.pinned('ada@example.org')}{bob.pinned('bob@example.org')}"
    assert [each.person for each in passkeys_in(good.encode())] == ["ada@example.org", "bob@example.org"]
    assert passkeys_in(good.encode())[0] == Passkey("ada@example.org", ada.id, ada.der)
    line = ada.pinned("ada@example.org").rstrip()
    person, credential, key = line.split()
    bad = [
        f"* {credential} {key}",
        f"ada,bob@example.org {credential} {key}",
        f"{person} {key}",
        f"{person} short {key}",
        f"{person} {credential} {key[:-3]}",
        f"{person} {credential} {base64.b64encode(b'no key').decode()}",
        f"{line} more",
    ]
    for wrong in bad:
        with pytest.raises(ValueError, match="line 5"):
            passkeys_in(f"{good}{wrong}\n".encode())
    with pytest.raises(ValueError, match="UTF-8"):
        passkeys_in(b"\xff")


@settings(max_examples=80, derandomize=True)
@given(st.binary(max_size=80))
def test_base64url_has_one_form(data: bytes) -> None:
    text = in_base64url(data)
    assert from_base64url(text) == data
    for wrong in (f"{text}=", f"{text}\n", f" {text}", f"{text}é"):
        with pytest.raises(ValueError, match="base64url"):
            from_base64url(wrong)
